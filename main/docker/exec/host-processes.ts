import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Gives a signal (a name without SIG, or 0 for none) to the processes of this computer whose environment has an entry,
 * and returns their ids. What is not this person's is not seen, and nothing is where the system has no `/proc`.
 */
export async function signalOnHost(entry: string, signal: string): Promise<string[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async (id) => {
      const environ = await readFile(path.join('/proc', id, 'environ'), 'utf8').catch(() => '')
      return environ.split('\0').includes(entry) ? [id] : []
    }),
  )
  return found.flat().filter((id) => isSignalled(Number(id), signal))
}

function isSignalled(id: number, signal: string): boolean {
  try {
    return process.kill(id, signal === '0' ? 0 : `SIG${signal}`)
  } catch {
    return false
  }
}
