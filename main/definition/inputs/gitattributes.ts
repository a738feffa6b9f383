import { existsSync } from 'node:fs'
import path from 'node:path'
import { smallText } from '../../files/small-text.ts'
import { type Attributes, fileAttributes } from '../../git/file-attributes.ts'
import {
  attributeLines,
  attributesOutside,
  LONGEST_ATTRIBUTES,
  settingsNameFiles,
} from '../../git/written-attributes.ts'
import { literal } from '../dockerfile/context-source.ts'
import type { Checkout } from './checkout.ts'
import { NamePatterns } from './name-patterns.ts'

/** Where git does not answer, `.gitattributes` is read in so many folders. */
const MAX_FOLDERS = 200

/**
 * What git's attributes say of tracked files, by their names from the project's folder: of those that have any. Where git does
 * not answer, what can be read without it is enough: attributes that the person's settings name elsewhere are not known.
 */
export async function attributesOf(
  checkout: Checkout,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, Attributes>> {
  const { root, folder, tree, env } = checkout
  if (!tree) return new Map()
  const files = new Map([...names].map((name) => [path.posix.join(folder, name), name]))
  for (const file of files.keys()) if (!tree.has(file)) files.delete(file)
  if (files.size === 0 || !(await mayHaveAttributes(checkout, files.keys()))) return new Map()
  const asked = await fileAttributes(root, tree.byModule(files.keys()), env)
  const found = asked ?? (await readAttributes(checkout, [...files.keys()]))
  return new Map([...found].map(([file, attributes]) => [files.get(file) ?? file, attributes]))
}

/**
 * Whether there are any attributes to ask git for: to start it takes longer than all else where nothing has changed. Settings
 * may name a further file, and include others.
 */
async function mayHaveAttributes({ root, env, tree }: Checkout, files: Iterable<string>): Promise<boolean> {
  const folders = foldersOf([...files])
  if (folders.length >= MAX_FOLDERS || [...(tree?.paths('module') ?? [])].length > 0) return true
  const isWritten = (folder: string) => existsSync(path.join(root, folder, '.gitattributes'))
  if (folders.some(isWritten)) return true
  const { person, repository } = await attributesOutside(root, env)
  return person !== '' || repository !== '' || (await settingsNameFiles(root, env))
}

/** The same for files from the root, by the texts of attributes; what is said last of one counts. */
async function readAttributes({ root, env }: Checkout, files: string[]): Promise<Map<string, Attributes>> {
  const { person, repository } = await attributesOutside(root, env)
  const inside = foldersOf(files).map((folder) => ({
    folder,
    text: smallText(root, path.posix.join(folder, '.gitattributes'), LONGEST_ATTRIBUTES) ?? '',
  }))
  const texts = [{ folder: '', text: person }, ...inside, { folder: '', text: repository }]
  const lines = texts.flatMap(({ folder, text }) => attributeLines(text).map((line) => ({ folder, ...line })))
  const macros = new Map(
    lines.flatMap((line) => ('macro' in line ? [[line.macro, [...line.attributes]] as const] : [])),
  )
  const rules = lines.flatMap(({ folder, attributes, ...line }) => {
    if (!('pattern' in line)) return []
    const whole = [...attributes].flatMap(([name, value]) => [
      ...(value === 'set' ? (macros.get(name) ?? []) : []),
      [name, value] as const,
    ])
    return [{ patterns: new NamePatterns([fromRoot(folder, line.pattern)]), attributes: whole }]
  })
  const of = (file: string): Attributes =>
    new Map(rules.flatMap(({ patterns, attributes }) => (patterns.match(file) ? attributes : [])))
  return new Map(files.map((file) => [file, of(file)]))
}

/** The folders on the way to files, those above before those in them. */
function foldersOf(files: string[]): string[] {
  const folders = new Set([''])
  for (const file of files)
    for (let end = file.indexOf('/'); end > 0 && folders.size < MAX_FOLDERS; end = file.indexOf('/', end + 1))
      folders.add(file.slice(0, end))
  return [...folders]
}

function fromRoot(folder: string, pattern: string): string {
  const below = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`
  return folder === '' ? below : `${literal(folder)}/${below}`
}
