import { type FileHandle, open, readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { isSystemError, productError } from '../../shared/errors.ts'
import { OperationId } from '../../shared/ids.ts'
import { type Operation, OperationEnd, OperationEvent, type RecordedEvent } from '../../shared/operation.ts'
import { operationsFolder, recordingOf } from './record.ts'
import { currentHolder } from './writer-lock.ts'

/** In milliseconds: how often a recording that grows is looked at. */
const LOOK = 50

const First = z.object({ at: z.iso.datetime(), what: z.string() })
const Further = z.object({ at: z.iso.datetime(), event: z.union([OperationEvent, OperationEnd]) })

/** The recorded operations of a project, newest first. */
export async function listOperations(projectFolder: string): Promise<Operation[]> {
  const names = await readdir(operationsFolder(projectFolder)).catch(() => [])
  const ids = names.flatMap((name) => OperationId.safeParse(name.replace(/\.jsonl$/, '')).data ?? [])
  const listed = await Promise.all(ids.map((id) => describe(projectFolder, id)))
  return listed.filter((one) => one !== undefined).sort((a, b) => (a.id < b.id ? 1 : -1))
}

async function describe(projectFolder: string, id: OperationId): Promise<Operation | undefined> {
  const file = await open(recordingOf(projectFolder, id)).catch(() => undefined)
  if (!file) return undefined
  try {
    const lines = (await file.readFile('utf8')).split('\n')
    const first = parse(First, lines[0])
    if (!first) return undefined
    const last = parse(Further, lines.at(-2))?.event
    const running = (await currentHolder(projectFolder))?.operation === id
    const state = last?.kind === 'end' ? last.state : running ? 'running' : 'lost'
    return { id, what: first.what, startedAt: first.at, state }
  } finally {
    await file.close()
  }
}

/**
 * The events of an operation from the one with the index `from` on: those that were recorded, then those to come, until
 * its end or until `signal` aborts. Of an operation whose process died the last event is `lost`.
 * Errors: `operation-unknown`.
 */
export async function* watchOperation(
  projectFolder: string,
  id: OperationId,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  const file = await open(recordingOf(projectFolder, id)).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) throw productError('operation-unknown', { id })
    throw error
  })
  try {
    let index = -1
    for await (const line of growingLines(projectFolder, id, file, signal)) {
      // The first line names the work.
      if (index++ < 0) continue
      const found = parse(Further, line)
      if (!found) continue
      if (index - 1 >= from) yield { index: index - 1, ...found }
      if (found.event.kind === 'end') return
    }
    if (!signal.aborted)
      yield { index: Math.max(index, 0), at: new Date().toISOString(), event: { kind: 'end', state: 'lost' } }
  } finally {
    await file.close()
  }
}

/** The lines of a file that grows, until nobody writes it any more. */
async function* growingLines(
  projectFolder: string,
  id: OperationId,
  file: FileHandle,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const buffer = Buffer.alloc(64 * 1024)
  let rest = ''
  let position = 0
  while (!signal.aborted) {
    // Asked before reading: what is written between the two is not to be missed.
    const running = (await currentHolder(projectFolder))?.operation === id
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (!running) return
    await pause(LOOK, undefined, { signal }).catch(() => {})
  }
}

function parse<T>(schema: z.ZodType<T>, line: string | undefined): T | undefined {
  try {
    return schema.parse(JSON.parse(line ?? ''))
  } catch {
    return undefined
  }
}
