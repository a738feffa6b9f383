import { type FileHandle, open, readdir } from 'node:fs/promises'
import { OperationId } from '../../shared/ids.ts'
import type { ErrorReport, Operation } from '../../shared/operation.ts'
import { LONGEST, operationsFolder, recordingFile } from './record-operation.ts'
import { parseFirstLine, parseLine } from './recording-format.ts'
import { currentHolder } from './writer-lock.ts'

/** Bytes at either end of a recording that hold a line whole. */
const LINE = LONGEST + 1024

/** An operation as recorded; `error` when it failed. */
export interface RecordedOperation extends Operation {
  error?: ErrorReport
}

/** The ids of a project's recorded operations, newest first. */
export async function operationIds(projectFolder: string): Promise<OperationId[]> {
  const names = await readdir(operationsFolder(projectFolder)).catch(() => [])
  const ids = names.flatMap((name) => OperationId.safeParse(name.replace(/\.jsonl$/, '')).data ?? [])
  return ids.sort().reverse()
}

/** The recorded operations of a project, newest first. */
export async function listOperations(projectFolder: string): Promise<Operation[]> {
  const ids = await operationIds(projectFolder)
  const listed = await Promise.all(ids.map((id) => describeOperation(projectFolder, id)))
  return listed.flatMap((one) => (one ? [withoutError(one)] : []))
}

/** An operation as lists show it. */
export const withoutError = ({ error: _, ...operation }: RecordedOperation): Operation => operation

/** What one operation was and how it ended; undefined when it has no recording. Reads no more than both ends of it. */
export async function describeOperation(
  projectFolder: string,
  id: OperationId,
): Promise<RecordedOperation | undefined> {
  const file = await open(recordingFile(projectFolder, id)).catch(() => undefined)
  if (!file) return undefined
  try {
    const [begin, ...next] = (await readAt(file, 0, LINE)).split('\n')
    const first = parseFirstLine(begin)
    if (!first) return undefined
    // Read before the end: an operation that ended in between would seem lost.
    const running = (await currentHolder(projectFolder))?.operation === id
    const { size } = await file.stat()
    const last = parseLine((await readAt(file, Math.max(0, size - LINE), LINE)).split('\n').at(-2))
    const end = last?.event.kind === 'end' ? last.event : undefined
    return {
      id,
      kind: first.kind,
      startedAt: first.at,
      endedAt: end ? (last?.at ?? null) : null,
      plan: planIn(next),
      state: end?.state ?? (running ? 'running' : 'lost'),
      ...(end?.state === 'failed' && { error: end.error }),
    }
  } finally {
    await file.close()
  }
}

/** The version is reported before the work, and so near the beginning. */
function planIn(lines: string[]): Operation['plan'] {
  for (const line of lines) {
    if (!line.includes('"plan"')) continue
    const event = parseLine(line)?.event
    if (event?.kind === 'plan') return { ordinal: event.ordinal, because: event.because }
  }
  return null
}

async function readAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.toString('utf8', 0, bytesRead)
}
