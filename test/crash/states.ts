import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { EngineCall } from '../rig/engine-call.ts'
import type { When } from '../rig/engine-faults.ts'

/** Calls that change nothing on the engine. */
const READING = new Set(['GET', 'HEAD'])
/** In the data folder: recordings and compiled code, which no command decides by. */
const LEFT_OUT = new Set(['operations', 'code'])

/**
 * Tells apart what a command leaves behind if it is killed at a moment: what it has asked the engine to change, which of
 * that the engine has answered, and what has been written in some folders.
 */
export class States {
  private readonly folders: string[]
  private asked = 0
  private answered = 0
  private readonly seen = new Set<string>()

  constructor(folders: string[]) {
    this.folders = folders
  }

  /** Whether a command that is killed at this moment leaves something else than at each moment before. */
  async isNew({ method }: EngineCall, when: When): Promise<boolean> {
    const changes = !READING.has(method)
    if (changes && when === 'after') this.answered++
    const state = [this.asked, this.answered, ...(await Promise.all(this.folders.map(stamp)))].join('\n')
    if (changes && when === 'before') this.asked++
    const isNew = !this.seen.has(state)
    this.seen.add(state)
    return isNew
  }
}

/** Changes with each entry below a folder that is made, removed or written. */
async function stamp(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const lines = await Promise.all(
    entries
      .filter(({ name }) => !LEFT_OUT.has(name))
      .map(async (entry) => {
        const file = path.join(folder, entry.name)
        const found = await lstat(file, { bigint: true }).catch(() => undefined)
        const below = entry.isDirectory() ? await stamp(file) : ''
        return [entry.name, found?.ino, found?.size, found?.mode, found?.mtimeNs, below].join(' ')
      }),
  )
  return lines.sort().join('\n')
}
