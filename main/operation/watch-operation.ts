import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import type { RecordedEvent } from '../../shared/operation.ts'
import { recordingFile } from './record-operation.ts'
import { parseLine } from './recording-format.ts'
import { currentHolder } from './writer-lock.ts'

/** In milliseconds: how often a recording that grows is looked at. */
const POLL_INTERVAL = 50

/**
 * The events of an operation from the one with the index `from` on: those that were recorded, then those to come, until
 * its end or until `signal` aborts. If the process of the operation died, the last event is `lost`.
 * Errors: `operation-unknown`.
 */
export async function* watchOperation(
  projectFolder: string,
  id: OperationId,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  const file = await open(recordingFile(projectFolder, id)).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) throw productError('operation-unknown', { id })
    throw error
  })
  try {
    let index = -1
    for await (const line of growingLines(projectFolder, id, file, signal)) {
      // The first line names the work.
      if (index++ < 0) continue
      const found = parseLine(line)
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

/** The lines of a growing file, until its writer has ended. */
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
    await pause(POLL_INTERVAL, undefined, { signal }).catch(() => {})
  }
}
