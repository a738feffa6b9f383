import path from 'node:path'

const WORDS = /[\s"'`;|&()<>{}=,:!#\\^$[\]@%+]+/
const IMPORTS =
  /(?:^|["';])[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([\w, \t]*)|import[ \t]+([\w., \t]+))/gm

/** No system opens a longer path (Linux: PATH_MAX). */
const LONGEST_PATH = 4_096

/** The last part of a path. */
export const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The words of a text. What follows an option's letter may be its value: `-rrequirements.txt`. */
export const wordsOf = (text: string): string[] =>
  text.split(WORDS).flatMap((word) => (word.startsWith('-') ? word.slice(2) : word) || [])

/** The words of a command, and its options with their dashes. */
export const optionsAndWords = (text: string): string[] => text.split(WORDS).filter((word) => word !== '')

/**
 * A word without the prefix that only shows what it is relative to: `$DIR/x.sh`, `../x.sh` and `~/x.sh` are x.sh
 * somewhere.
 */
export function plain(word: string): string {
  // Node takes time by the square of its length for one of many folders.
  if (word.length > LONGEST_PATH) return word
  const rooted = path.posix.normalize(word.replace(/^~\//, '/')).replace(/^(?:\.\.\/)+/, '')
  return rooted.replace(/^(?:\*+\/)+/, '/').replace(/(.)\/$/, '$1')
}

/**
 * Whether a word, whose last part is the file's name, can be the file. A whole path may count from anywhere, and of a folder's
 * name the word may be the end, where it holds a blank.
 */
export const canBe = (word: string, file: string, name: string): boolean =>
  word === name || word.startsWith('/') || file.endsWith(word) || word.endsWith(file)

/** Whether a word goes into a folder with a name. One of the system, such as `/usr/lib/x`, does not go into `lib`. */
export const goesInto = (word: string, folder: string, name: string): boolean =>
  [`${name}/`, `/${name}/`, `${folder}/`].some((begin) => word.startsWith(begin)) ||
  (!word.startsWith('/') && word.includes(`/${folder}/`))

/** The modules that a Python text imports, as paths without an ending. */
export function importsIn(text: string): string[] {
  const asPath = (module: string): string => module.replace(/^\.+/, '').replaceAll('.', '/')
  const words = (list: string): string[] =>
    list.split(',').flatMap((word) => word.trim().split(/\s/)[0] || [])
  return [...text.matchAll(IMPORTS)]
    .flatMap(([, from, names = '', modules = '']) =>
      from === undefined
        ? words(modules).map(asPath)
        : [asPath(from), ...words(names).map((name) => path.posix.join(asPath(from), name))],
    )
    .filter((stem) => stem !== '' && stem !== '.')
}
