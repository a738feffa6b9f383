import { randomBytes } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { reportOf } from '../../shared/errors.ts'
import type { OperationId } from '../../shared/ids.ts'
import type { OperationEnd, OperationEvent, OperationKind, Run } from '../../shared/operation.ts'
import { ensureFolder } from '../store/home.ts'

/** So many recordings of a project are kept, the newest. */
const KEPT = 20
/** Bytes of a recording after which the output of steps is left out; everything else is recorded to the end. */
const LARGEST = 32 * 1024 * 1024
/** Bytes of one line: of what is longer the ends are recorded. */
export const LONGEST = 32 * 1024

export const operationsFolder = (projectFolder: string): string => path.join(projectFolder, 'operations')
export const recordingFile = (projectFolder: string, id: OperationId): string =>
  path.join(operationsFolder(projectFolder), `${id}.jsonl`)

export const newOperationId = (): OperationId =>
  `${new Date()
    .toISOString()
    .toLowerCase()
    .replace(/[-:.z]/g, '')}-${randomBytes(3).toString('hex')}` as OperationId

/**
 * Records what work reports, and how it ends, in a file that other windows and processes read while it grows: the first
 * line holds the kind of work, each further line is an event. A recording that cannot be written never stops the work.
 */
export async function recorded<T>(
  projectFolder: string,
  id: OperationId,
  kind: OperationKind,
  run: Run,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const recording = await Recording.open(projectFolder, id, kind)
  run.recorded?.(id)
  const received: Run = {
    signal: run.signal,
    report: (event) => {
      recording.write(event)
      run.report(event)
    },
  }
  try {
    const result = await work(received)
    recording.end({ kind: 'end', state: 'done' })
    return result
  } catch (error) {
    const report = reportOf(error)
    recording.end(
      report.code === 'cancelled'
        ? { kind: 'end', state: 'cancelled' }
        : { kind: 'end', state: 'failed', error: report },
    )
    throw error
  }
}

class Recording {
  private file: number | undefined
  private written = 0
  private full = false

  static async open(projectFolder: string, id: OperationId, kind: OperationKind): Promise<Recording> {
    const recording = new Recording()
    try {
      await ensureFolder(operationsFolder(projectFolder))
      await pruneRecordings(operationsFolder(projectFolder))
      recording.file = openSync(recordingFile(projectFolder, id), 'wx', 0o600)
    } catch {
      return recording
    }
    recording.line({ kind })
    return recording
  }

  write(event: OperationEvent): void {
    if (event.kind === 'log' && this.written > LARGEST) {
      if (!this.full) this.line({ event: { kind: 'note', text: 'The rest of the output is not recorded.' } })
      this.full = true
      return
    }
    this.line({ event })
  }

  end(event: OperationEnd): void {
    this.line({ event })
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private line(content: object): void {
    if (this.file === undefined) return
    try {
      this.written += writeSync(this.file, `${lineOf({ at: new Date().toISOString(), ...content })}\n`)
    } catch {
      closeSync(this.file)
      this.file = undefined
    }
  }
}

/** A line's text; its long parts are cut until it is short enough. */
function lineOf(content: object): string {
  for (let most = LONGEST; ; most /= 2) {
    const text = JSON.stringify(most < LONGEST ? cut(content, most) : content)
    if (Buffer.byteLength(text) <= LONGEST) return text
  }
}

/** The same with at most this many characters per text, and members per list: the last ones are the most useful. */
function cut(value: unknown, most: number): unknown {
  if (typeof value === 'string') return value.length > most ? `…${value.slice(-most)}` : value
  if (Array.isArray(value)) return value.slice(-most).map((member) => cut(member, most))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).slice(0, most)
  return Object.fromEntries(members.map(([name, member]) => [name, cut(member, most)]))
}

async function pruneRecordings(folder: string): Promise<void> {
  const names = (await readdir(folder)).sort()
  await Promise.all(
    names
      .slice(0, Math.max(0, names.length - KEPT + 1))
      .map((name) => rm(path.join(folder, name), { force: true })),
  )
}
