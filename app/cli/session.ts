import { type EndSignal, Interrupted } from '../../main/docker/exec/interrupted.ts'
import { createEngine, type PristineEngine } from '../../main/engine.ts'
import { toProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { printError } from './output.ts'
import { createProgress } from './progress.ts'

/** The options that every verb takes. */
export interface CommonOptions {
  /** `-C DIR`: the project's folder. */
  C?: string
  json?: boolean
  quiet?: boolean
  verbose?: boolean
  definition?: string
  frozen?: boolean
  yes?: boolean
  input?: boolean
}

/** What a verb works with. */
export interface Session {
  engine: PristineEngine
  folder: string
  json: boolean
  /** Whether the person wants to see everything. */
  verbose: boolean
  /** The definition's file, where the person chose one. */
  definition: string | undefined
  frozen: boolean
  /** Whether the person answered yes beforehand. */
  yes: boolean
  /** Whether the person can be asked. */
  interactive: boolean
  run: Run
  /** Call before printing a result: takes the live steps away. */
  settle(): void
}

/**
 * Runs one verb from start to exit code: cancels on Ctrl-C, SIGTERM and a closed terminal, prints what went wrong.
 * A second Ctrl-C ends the program at once. When its reader goes away (`pristine logs | head`), it ends without a word.
 */
export async function runVerb(
  options: CommonOptions,
  verb: (session: Session) => Promise<number>,
): Promise<number> {
  const progress = createProgress({ quiet: options.quiet ?? false, verbose: options.verbose ?? false })
  const controller = new AbortController()
  const interrupt = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new Interrupted(signal as EndSignal))
  }
  let unread = false
  // What it means for the exit code is decided when everything was printed.
  const readerGone = () => {
    unread = true
    controller.abort(new Interrupted('SIGPIPE'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // Its terminal was closed. What was started with "nohup" has none.
  if (process.stdin.isTTY) process.on('SIGHUP', interrupt)
  process.stdout.on('error', readerGone)
  process.stderr.on('error', readerGone)
  try {
    return await verb({
      engine: createEngine(process.env),
      folder: options.C ?? process.cwd(),
      json: options.json ?? false,
      verbose: options.verbose ?? false,
      definition: options.definition,
      // On a build server no pin may move unnoticed.
      frozen: options.frozen ?? isSet(process.env['CI']),
      yes: options.yes ?? false,
      interactive: process.stdin.isTTY && process.stderr.isTTY && !options.json && options.input !== false,
      run: { signal: controller.signal, report: (event) => progress.report(event) },
      settle: () => progress.end(),
    })
  } catch (error) {
    progress.end()
    if (unread) return UNREAD
    const failure = toProductError(error)
    printError(failure, { json: options.json ?? false, verbose: options.verbose ?? false })
    return failure.exit
  } finally {
    progress.end()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    process.off('SIGHUP', interrupt)
  }
}

/** What a shell reports of a program that was ended by SIGPIPE. */
export const UNREAD = 141

const isSet = (value: string | undefined) =>
  value !== undefined && value !== '' && value !== 'false' && value !== '0'
