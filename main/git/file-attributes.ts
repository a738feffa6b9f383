import path from 'node:path'
import { queryGit } from './query-git.ts'

/** Of a file, by their names (gitattributes(5)): `set`, `unset`, or a value. */
export type Attributes = ReadonlyMap<string, string>

/**
 * What git's attributes say of files, from the root of the working tree: of those that have any. `files`: by the submodules that
 * hold them (`WorkingTree.byModule`), which have attributes of their own. No content is read. Undefined where git does not answer.
 */
export async function fileAttributes(
  root: string,
  files: ReadonlyMap<string, string[]>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Map<string, Attributes> | undefined> {
  const found = new Map<string, Map<string, string>>()
  for (const [module, inside] of files) {
    const args = ['check-attr', '--all', '-z', '--stdin']
    const input = inside.map((file) => `${file}\0`).join('')
    const printed = await queryGit(path.join(root, module), args, env, { input })
    if (printed === undefined) return undefined
    // As in git-check-attr(1): the path, the attribute and its value, each with a NUL behind it.
    const fields = printed.split('\0')
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const [name = '', attribute = '', value = ''] = fields.slice(at, at + 3)
      const file = path.posix.join(module, name)
      const known = found.get(file) ?? new Map<string, string>()
      found.set(file, known.set(attribute, value))
    }
  }
  return found
}
