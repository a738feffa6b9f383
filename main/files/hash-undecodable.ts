import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, lstatSync, openSync, readdirSync } from 'node:fs'
import { isSystemError } from '../../shared/errors.ts'
import { openFolderInside } from './open-inside.ts'
import { isUndecodable } from './undecodable-name.ts'

/**
 * What stands in a folder below `root` under undecodable names, by these: a hash over the bytes of each name and the times of what
 * it names, with all that is below it. It is another one after each change. No link is followed. Empty where such names
 * cannot be looked at: only Linux has them.
 */
export function undecodableIn(root: string, folder: string): Map<string, string> {
  const hashes = new Map<string, Hash>()
  if (process.platform !== 'linux') return new Map()
  orSkip(() => {
    using opened = openFolderInside(root, folder)
    for (const name of namesIn(opened.path)) {
      const shown = name.toString()
      if (!isUndecodable(shown)) continue
      const hash = hashes.get(shown) ?? createHash('sha256')
      hashes.set(shown, hash)
      addEntry(hash, opened.path, name)
    }
  })
  return new Map([...hashes].map(([name, hash]) => [name, hash.digest('hex')]))
}

function addEntry(hash: Hash, folder: string, name: Buffer): void {
  const file = Buffer.concat([Buffer.from(`${folder}/`), name])
  orSkip(() => {
    const stats = lstatSync(file, { bigint: true })
    hash.update(`${name.toString('hex')} ${stats.mode} ${stats.ino} ${stats.ctimeNs}\n`)
    if (!stats.isDirectory()) return
    const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY)
    try {
      const opened = `/proc/self/fd/${fd}`
      for (const below of namesIn(opened)) addEntry(hash, opened, below)
    } finally {
      closeSync(fd)
    }
    hash.update('\n')
  })
}

/** What is gone meanwhile, or may not be looked at, is left out. */
function orSkip(look: () => void): void {
  try {
    look()
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

const namesIn = (folder: string): Buffer[] => readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare)
