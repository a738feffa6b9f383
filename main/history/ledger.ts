import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { InputChange } from '../../shared/change.ts'
import { isSystemError, productError } from '../../shared/errors.ts'
import { VersionId } from '../../shared/ids.ts'
import { ensureFolder } from '../store/home.ts'

const at = z.iso.datetime()

/** What happened to a project, in the order it happened. */
export const LedgerEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('built'),
    at,
    version: VersionId,
    ordinal: z.int().check(z.positive()),
    /** The engine's id of the image. */
    image: z.string(),
    because: z.array(InputChange),
    /** The engine's ids of the images of its further services, by their names; only where it has some. */
    services: z.optional(z.record(z.string(), z.string())),
    /** The version that the repository defined, of one with a person's layer. */
    layerOn: z.optional(VersionId),
  }),
  /** A version that an older form of plan named `from` is `version` in today's form: its image was not built again. */
  z.object({ kind: z.literal('adopted'), at, version: VersionId, from: VersionId }),
  z.object({ kind: z.literal('prepared'), at, version: VersionId }),
  z.object({
    kind: z.literal('ready'),
    at,
    version: VersionId,
    containers: z.array(z.string()),
    /** What the definition and the image said of it then, where it mattered. */
    updateRemoteUserUID: z.optional(z.boolean()),
    /**
     * The services that had ended and done what they are for, by their names; absent where there is one container. The same
     * containers with others of them are no new environment.
     */
    completed: z.optional(z.array(z.string())),
    /** The id of the change of the data that counts since then; only where there was one. */
    data: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('failed'), at, version: VersionId, code: z.string(), message: z.string() }),
  z.object({ kind: z.literal('reset'), at, version: VersionId }),
  z.object({ kind: z.literal('marked'), at, version: VersionId }),
  z.object({ kind: z.literal('unmarked'), at }),
  z.object({ kind: z.literal('removed'), at }),
  /** A person had the versions removed, with their recipes. */
  z.object({ kind: z.literal('released'), at }),
  /** What was lost was recovered from the engine, as far as possible. */
  z.object({
    kind: z.literal('recovered'),
    at,
    versions: z.array(
      z.object({
        version: VersionId,
        ordinal: z.int().check(z.positive()),
        image: z.string(),
        /** As of `built`. */
        services: z.optional(z.record(z.string(), z.string())),
        createdAt: at,
        /** As of `built`, where its plan is known. */
        layerOn: z.optional(VersionId),
      }),
    ),
    /** The version that the engine has as known-good. */
    knownGood: z.optional(VersionId),
  }),
])
export type LedgerEvent = z.infer<typeof LedgerEvent>
type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never

/** In a project's data folder. */
export const LEDGER_FILE = 'ledger.jsonl'

const ledgerFile = (projectFolder: string) => path.join(projectFolder, LEDGER_FILE)

/** A ledger as far as it can be read. */
export interface Ledger {
  events: LedgerEvent[]
  /** How many lines are no event that is known here, since it was recovered last: damage, or of a newer Pristine. */
  unknown: number
}

/** Whether everything that happened is in a ledger. What was recovered from the engine is only a part of what was lost. */
export const isWhole = ({ events, unknown }: Ledger): boolean =>
  events.length > 0 && unknown === 0 && events.every(({ kind }) => kind !== 'recovered')

/**
 * Reads a project's ledger. What is not understood is counted and left out; a last line that a crash cut short is
 * left out. Errors: `ledger-unreadable` when the file cannot be read.
 */
export async function readLedger(projectFolder: string): Promise<Ledger> {
  const file = ledgerFile(projectFolder)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return ''
    throw productError('ledger-unreadable', { file, problem: (error as Error).message }, { cause: error })
  })
  const ledger: Ledger = { events: [], unknown: 0 }
  const lines = text.split('\n')
  const last = lines.pop()
  for (const line of lines) {
    // A cut line is followed by a line end when the next event is appended; see appendLedger.
    if (line === '') continue
    const event = parse(line)
    if (event?.kind === 'recovered') ledger.unknown = 0
    if (event) ledger.events.push(event)
    else ledger.unknown++
  }
  const whole = last ? parse(last) : undefined
  if (whole) ledger.events.push(whole)
  return ledger
}

function parse(line: string): LedgerEvent | undefined {
  try {
    return LedgerEvent.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

/**
 * Appends one event and waits until it is on the disk. One that may not be there is taken back: what it says was not done.
 * Errors: `storage-failed`.
 */
export async function appendLedger(projectFolder: string, event: WithoutTime<LedgerEvent>): Promise<void> {
  const file = ledgerFile(projectFolder)
  await ensureFolder(projectFolder)
  try {
    const handle = await open(file, 'a+', 0o600)
    try {
      await dropCutLine(handle)
      const { size } = await handle.stat()
      try {
        await handle.appendFile(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
        await handle.sync()
      } catch (error) {
        await handle.truncate(size).catch(() => {})
        throw error
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw productError(
      'storage-failed',
      { path: file, problem: (error as Error).message, of: 'home' },
      { cause: error },
    )
  }
}

/** A crash may have cut the last line short: what cannot be an event is removed, so that the next one stands alone. */
async function dropCutLine(handle: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { size } = await handle.stat()
  if (size === 0) return
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer[0] === 0x0a) return
  const text = await handle.readFile('utf8')
  const end = text.lastIndexOf('\n') + 1
  // An event that is whole was read as one: only its line end is missing.
  if (parse(text.slice(end))) await handle.appendFile('\n')
  else await handle.truncate(Buffer.byteLength(text.slice(0, end)))
}
