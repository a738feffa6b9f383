import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { isProductError, isSystemError } from '../../shared/errors.ts'
import type { HashCache } from '../definition/inputs/hash-cache.ts'
import { undecodableIn } from '../files/hash-undecodable.ts'
import { statInside } from '../files/open-inside.ts'
import { isUndecodable, undecodablePart } from '../files/undecodable-name.ts'
import { UNLISTED } from './git-files.ts'
import { look } from './look.ts'

/** `stamp` changes whenever anything about it does. A folder that can be listed has no content of its own. */
interface Read {
  content?: string
  stamp: string
}

/** Reads what names below a root hold. What nobody can read beforehand, such as a pipe, is another content after each change. */
export class ContentReader {
  private readonly root: string
  private readonly cache: HashCache
  /** By folders. */
  private readonly undecodable = new Map<string, Map<string, string>>()

  constructor(root: string, cache: HashCache) {
    this.root = root
    this.cache = cache
  }

  /** Undefined where nothing is. Errors: `input-unreadable` for a file that keeps changing; `cancelled`. */
  async read(name: string): Promise<Read | undefined> {
    if (isUndecodable(name)) return this.readUndecodable(name)
    const isUnlisted = name.endsWith(UNLISTED)
    const file = path.join(this.root, isUnlisted ? name.slice(0, -UNLISTED.length) : name)
    const stats = look(file)
    if (!stats) return undefined
    const stamp = `${stats.ino} ${stats.ctimeNs}`
    if (stats.isSymbolicLink()) return { content: `-> ${statInside(this.root, name)?.target}`, stamp }
    if (isUnlisted) return unreadable(file, stamp)
    if (stats.isDirectory()) return { stamp }
    if (!stats.isFile()) return { content: `no file, ${stamp}`, stamp }
    try {
      const { sha256, executable } = await this.cache.hash(this.root, name)
      return { content: executable ? `${sha256} x` : sha256, stamp }
    } catch (error) {
      // Behind a link it is another file; the link counts itself, unless git ignores it.
      if (isProductError(error) && isSystemError(error.cause, 'ELOOP')) return undefined
      if (isProductError(error) && isSystemError(error.cause, 'EACCES', 'EPERM'))
        return unreadable(file, stamp)
      throw error
    }
  }

  private readUndecodable(file: string): Read {
    const { folder, name } = undecodablePart(file)
    const known = this.undecodable.get(folder) ?? undecodableIn(this.root, folder)
    this.undecodable.set(folder, known)
    const content = `not UTF-8, ${known.get(name)}`
    return { content, stamp: content }
  }
}

/** What this person may neither read nor run, no command of theirs does. */
function unreadable(file: string, stamp: string): Read {
  try {
    accessSync(file, constants.X_OK)
    return { content: `unreadable, ${stamp}`, stamp }
  } catch {
    return { content: 'unreadable', stamp }
  }
}
