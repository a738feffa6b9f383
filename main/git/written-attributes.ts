import path from 'node:path'
import type { Attributes } from './file-attributes.ts'
import { readRegular } from './read-regular.ts'
import { commonFolder, openRepository } from './repository.ts'

/** In bytes: no file of attributes is longer. */
export const LONGEST_ATTRIBUTES = 1 << 20

/** What files of a pattern have; `macro`: what an attribute of that name stands for. */
export type AttributeLine = { attributes: Attributes } & ({ pattern: string } | { macro: string })

/** The lines of a text of attributes (gitattributes(5)). */
export const attributeLines = (text: string): AttributeLine[] =>
  text.split('\n').flatMap((line): AttributeLine[] => {
    const [name = '', ...words] = line.trim().split(/\s+/)
    if (name === '' || name.startsWith('#') || words.length === 0) return []
    const attributes = new Map(words.map(attributeIn))
    return [
      name.startsWith('[attr]')
        ? { macro: name.slice('[attr]'.length), attributes }
        : { pattern: name, attributes },
    ]
  })

/** One as it is written, with the value that git has for it. */
function attributeIn(word: string): [name: string, value: string] {
  if (word.startsWith('-')) return [word.slice(1), 'unset']
  if (word.startsWith('!')) return [word.slice(1), 'unspecified']
  const [name = '', value = 'set'] = word.split(/=(.*)/s)
  return [name, value]
}

/**
 * The texts of attributes that lie outside of the files of a working tree: the person's, unless their settings name another file,
 * and those of its repository, of which all worktrees have the same.
 */
export async function attributesOutside(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ person: string; repository: string }> {
  const repository = await openRepository(root)
  const settings = env['XDG_CONFIG_HOME'] || (env['HOME'] && path.join(env['HOME'], '.config'))
  const read = async (file: string): Promise<string> =>
    (await readRegular(file, LONGEST_ATTRIBUTES))?.toString('utf8') ?? ''
  return {
    person: settings ? await read(path.join(settings, 'git/attributes')) : '',
    repository:
      typeof repository === 'string'
        ? ''
        : await read(path.join(await commonFolder(repository.folder), 'info/attributes')),
  }
}

/** Whether git's settings may name a file of attributes, or other settings that do, as far as can be told without git. */
export async function settingsNameFiles(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  if (process.platform !== 'linux' || Object.keys(env).some((name) => name.startsWith('GIT_'))) return true
  const repository = await openRepository(root)
  const folders =
    typeof repository === 'string' ? [] : [repository.folder, await commonFolder(repository.folder)]
  const home = env['HOME']
  const settings = env['XDG_CONFIG_HOME'] || (home && path.join(home, '.config'))
  const files = [
    '/etc/gitattributes',
    '/etc/gitconfig',
    ...(home ? [path.join(home, '.gitconfig')] : []),
    ...(settings ? [path.join(settings, 'git/config')] : []),
    ...folders.flatMap((folder) => [path.join(folder, 'config'), path.join(folder, 'config.worktree')]),
  ]
  const texts = await Promise.all(files.map((file) => readRegular(file, LONGEST_ATTRIBUTES)))
  return texts.some(
    (text, at) => text && (at === 0 || /attributesfile|\[\s*include/i.test(text.toString('utf8'))),
  )
}
