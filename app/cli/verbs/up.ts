import path from 'node:path'
import { parseSource } from '../../../main/store/parse-source.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { ProgramStart } from '../../../shared/program-start.ts'
import { lacksDefinition } from '../../../shared/proposal.ts'
import type { UpResult } from '../../../shared/result.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { shellWord } from '../../../shared/shell-word.ts'
import { askForSecrets } from '../ask-secrets.ts'
import { askingForTrust } from '../ask-trust.ts'
import { colour, printJson, printLine, printNote } from '../output.ts'
import type { Session } from '../session.ts'
import { describePorts, describeReasons, ofLayer, type Wording } from '../wording.ts'

/**
 * `pristine up`: brings the environment to what the definition says, or with `--plan` shows what that would take. What
 * a git URL names is cloned first.
 */
export async function up(
  session: Session,
  options: { plan?: boolean; into?: string; trust?: string[] },
  [source]: string[],
): Promise<number> {
  const { engine, definition, frozen, run } = session
  if (options.plan && options.trust) {
    const hint = 'Grant it with "pristine up", or see what it asks for with "pristine trust --show".'
    throw productError('usage', { problem: '--plan only looks, and --trust grants.', hint })
  }
  const began = Date.now()
  const where = await folderOf(session, options, source)
  const bring = () =>
    askingForTrust(session, options.trust, async (trust) => {
      await askForSecrets(session, where, trust)
      return engine.up(where, { definition, frozen, trust }, run)
    })
  const result = options.plan
    ? await engine.planUp(where, { definition, frozen }, run)
    : await bring().catch((error: unknown) => afterInit(session, where, error, bring))
  session.settle()
  if (session.json) {
    printJson(result)
    return 0
  }
  printResult(result, session, { planned: options.plan === true, milliseconds: Date.now() - began })
  // A person who starts an environment wants to work in it next; if nothing was done, nobody waits for it.
  if (!options.plan && result.action !== 'none') {
    // Only advice: that it cannot be given is no failure of what was done.
    const start = await engine.programStart(where, definition).catch(() => undefined)
    if (start) printNextSteps(where, start)
  }
  return 0
}

/** How to start the program inside, unless it runs already, and how to get inside. */
function printNextSteps(folder: string, { own, hooks, likely }: ProgramStart): void {
  const pristine = ['pristine', ...elsewhere(folder)].join(' ')
  const say = (text: string) => printNote(colour('dim', `  ${text}`, process.stderr))
  for (const { hook, command } of hooks) say(`${hook} ran: ${sanitize(command)}`)
  if (likely) say(`to start its program: ${pristine} exec -- ${likely.command}`)
  else if (!own) say(`to work inside: ${pristine} shell`)
}

/** What names a folder to a command that is not called in it. */
function elsewhere(folder: string): string[] {
  const from = path.relative(process.cwd(), folder)
  return from === '' ? [] : ['-C', shellWord(from)]
}

/** The folder to bring up; what is named by a git URL is cloned first. */
async function folderOf(
  session: Session,
  { plan, into }: { plan?: boolean; into?: string },
  given: string | undefined,
): Promise<string> {
  const source = given === undefined ? undefined : parseSource(given)
  if (source?.kind !== 'clone') {
    if (into === undefined) return source?.folder ?? session.folder
    throw productError('usage', { problem: '--into goes with a git URL.' })
  }
  if (plan) {
    const hint = 'Clone it first, with git or with "pristine up", and use --plan in its folder.'
    throw productError('usage', { problem: '--plan only looks, and cloning writes.', hint })
  }
  const destination = path.resolve(session.folder, into ?? source.name)
  const { project } = await session.engine.clone(
    { source, destination, interactive: session.interactive },
    session.run,
  )
  return project.path
}

/** On a terminal a definition that is missing is proposed, and the work goes on with it. */
async function afterInit(
  session: Session,
  folder: string,
  error: unknown,
  bring: () => Promise<UpResult>,
): Promise<UpResult> {
  if (!session.interactive || !isProductError(error) || !lacksDefinition(error)) throw error
  session.settle()
  const { writeAgreed } = await import('./init.ts')
  const proposal = await session.engine.propose(folder)
  printNote(sanitize(error.message))
  if (!(await writeAgreed(session, folder, proposal))) throw error
  return bring()
}

/** What happened, why, and where the environment is. */
export function printResult(
  result: UpResult,
  wording: Wording,
  { planned, milliseconds }: { planned: boolean; milliseconds: number },
): void {
  const { version, action, because, environment, lock, project } = result
  // Lock changes were reported when they were written.
  for (const reference of planned ? lock.added : [])
    printLine(`pristine.lock: would pin ${sanitize(reference)}`)
  for (const reference of planned ? lock.removed : [])
    printLine(`pristine.lock: would drop ${sanitize(reference)}`)
  const name = `${colour('bold', `v${version.ordinal}`)}${ofLayer(version)}`
  // On a terminal the reason is already shown above the steps.
  if (because.length > 0 && (planned || !process.stdout.isTTY))
    printLine(`${name}: ${describeReasons(because, wording)}`)
  const done = planned ? PLANNED[action] : DONE[action]
  const time = planned ? '' : colour('dim', ` in ${(milliseconds / 1000).toFixed(1)} s`)
  printLine(`${colour('green', '●')} ${sanitize(project.name)}: ${done} ${name}${time}`)
  if (planned && environment.state === 'unhealthy')
    printLine(colour('yellow', '  its health check fails; see "pristine logs", or "pristine restart"'))
  const ports = describePorts(environment)
  if (ports && !planned) printLine(`  ${ports}`)
}

const DONE = {
  none: 'nothing to do, running',
  started: 'started',
  recreated: 'replaced by',
  built: 'built and running',
} as const
const PLANNED = {
  none: 'nothing to do, running',
  started: 'would start',
  recreated: 'would be replaced by',
  built: 'would build and run',
} as const
