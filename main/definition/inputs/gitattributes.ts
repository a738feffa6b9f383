import path from 'node:path'
import { smallText } from '../../files/small-text.ts'
import type { Checkout } from './checkout.ts'

/** In so many folders `.gitattributes` is read, up to so many bytes of each. */
const MAX_FOLDERS = 200
const LONGEST_ATTRIBUTES = 1 << 20

/** A file of git's attributes, and the folder from which its patterns count. */
export interface GitAttributes {
  /** From the working tree's root; empty for the root. */
  folder: string
  text: string
}

/** The attributes (gitattributes(5)) that files can have; their names are relative to the project's folder. */
export function attributesOf(
  { root, folder }: Pick<Checkout, 'root' | 'folder'>,
  names: string[],
): GitAttributes[] {
  const folders = new Set([''])
  for (const file of folder === '' ? names : names.map((name) => path.posix.join(folder, name)))
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const at = file.slice(0, end)
      if (folders.has(at) || folders.size === MAX_FOLDERS) break
      folders.add(at)
    }
  const places = [...folders].map((folder) => [folder, path.posix.join(folder, '.gitattributes')] as const)
  return [...places, ['', '.git/info/attributes'] as const].flatMap(([folder, file]) => {
    const text = smallText(root, file, LONGEST_ATTRIBUTES)
    return text === undefined ? [] : [{ folder, text }]
  })
}
