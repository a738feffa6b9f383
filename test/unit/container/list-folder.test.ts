import { expect, test } from 'vitest'
import { parseFolder } from '../../../main/container/list-folder.ts'
import { mountPlaces, placeOf } from '../../../main/container/mount-of-path.ts'

const END = 'f00dfeed'
/** An entry as `stat` of GNU prints it. */
const entry = (fields: string, name: string, target?: string) =>
  `${fields} ./${name}${END}./${name}${target === undefined ? '' : ` -> ${target}`}${END}\n`
const folder = (...entries: string[]) => `/home/x${END}${entries.length}${END}${entries.join('')}`
const names = (text: string) => parseFolder(text, END)?.files.map(({ name }) => name)

test('the kinds, permissions and owners of files are read', () => {
  const text = folder(
    entry('81a4 12 1700000000 1000', 'notes.txt'),
    entry('41ed 4096 1700000001 0', 'src'),
    entry('a1ff 7 -5 0', 'link', '../x'),
    entry('11a4 0 0 0', 'pipe'),
    entry('c1ed 0 0 0', 'socket'),
    entry('2190 0 0 0', 'tty'),
    entry('61b0 0 0 0', 'disk'),
    entry('8fed 1 0 0', 'set-user'),
  )
  const found = parseFolder(text, END)
  expect(found).toMatchObject({ path: '/home/x', count: 8 })
  const of = (name: string) => found?.files.find((one) => one.name === name)
  expect(of('notes.txt')).toEqual({
    ...{ name: 'notes.txt', kind: 'file', size: 12, modified: 1_700_000_000, mode: '0644', uid: '1000' },
    target: null,
  })
  expect(of('link')).toMatchObject({ kind: 'link', target: '../x', modified: -5 })
  expect(of('set-user')).toMatchObject({ mode: '7755' })
  expect(found?.files.map(({ kind }) => kind)).toEqual([
    ...['device', 'link', 'file', 'pipe', 'file', 'socket', 'folder', 'device'],
  ])
})

test.each([
  ['a line break', 'a\nb'],
  ['what an entry looks like', 'a\n81a4 5 0 0 .'],
  ['what a target looks like', 'a -> b'],
  ['quotes and a backslash', `'"\\`],
  ['an escape sequence', '\u001b[31mred'],
  ['a right-to-left mark', 'a\u202egnp.exe'],
  ['two dots and more', '...'],
  ['a leading dash', '-rf'],
  ['blanks around', ' a '],
  ['a star', '*'],
])('a name with %s is one name', (_, name) => {
  const text = folder(entry('81a4 1 0 0', name), entry('a1ff 1 0 0', `${name}2`, `${name} -> /\n/etc`))
  const files = parseFolder(text, END)?.files ?? []
  expect(files.map((one) => one.name).sort()).toEqual([name, `${name}2`].sort())
  expect(files.find((one) => one.kind === 'link')?.target).toBe(`${name} -> /\n/etc`)
})

test('busybox quotes the target of a link', () => {
  const text = `/${END}1${END}a1ff 3 0 0 ./it's${END}'./it's' -> 'a' -> 'b'${END}\n`
  expect(parseFolder(text, END)?.files).toMatchObject([{ name: "it's", target: "a' -> 'b" }])
})

test('what is no entry is left out, and what is no list is none', () => {
  const wrong = [entry('81a4 1 0 0', 'a/../../etc'), entry('81a4 1 0', 'b'), entry('zz 1 0 0', 'c')]
  expect(names(folder(...wrong, entry('81a4 1 0 0', 'd')))).toEqual(['d'])
  // Nothing is read of a folder that has something, such as by a `stat` that takes no format.
  expect(parseFolder(folder(...wrong), END)).toBeUndefined()
  expect(names(folder())).toEqual([])
  // Names of other bytes that are no text either.
  expect(names(folder(entry('81a4 1 0 0', '\ufffd'), entry('81a4 2 0 0', '\ufffd')))).toEqual(['\ufffd'])
  // The program was ended in the middle of an entry.
  expect(names(`${folder(entry('81a4 1 0 0', 'a'))}81a4 1 0 0 ./b${END}./b`)).toEqual(['a'])
  expect(names(`${folder(entry('81a4 1 0 0', 'a'))}81a4 1 0 0 ./b`)).toEqual(['a'])
  expect(parseFolder('', END)).toBeUndefined()
  expect(parseFolder('sh: syntax error', END)).toBeUndefined()
  expect(parseFolder(`etc${END}1${END}`, END)).toBeUndefined()
  expect(parseFolder(`/etc${END}many${END}`, END)).toBeUndefined()
})

test('the place of a path is that of the innermost mount', () => {
  const mounts = mountPlaces({
    Mounts: [
      { Type: 'volume', Destination: '/data' },
      { Type: 'bind', Destination: '/data/in' },
      { Type: 'tmpfs', Destination: '/scratch' },
    ],
    HostConfig: { Tmpfs: { '/run': '' } },
  } as never)
  const places = [
    '/',
    '/database',
    '/data',
    '/data/a',
    '/data/in/x',
    '/scratch/a',
    '/run',
    '/proc/1',
    '/dev/shm',
  ]
  expect(places.map((path) => placeOf(path, mounts))).toEqual([
    ...['container', 'container', 'volume', 'volume', 'host', 'memory', 'memory', 'kernel', 'kernel'],
  ])
})
