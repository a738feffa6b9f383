import { expect, test } from 'vitest'
import {
  entryAt,
  type Folder,
  isListing,
  pathsTo,
  type TreeView,
  treeRows,
  unlisted,
  unlistedAbove,
} from '../../../renderer/screens/environment/files/tree-rows.ts'
import type { FileEntry } from '../../../shared/file.ts'

const entry = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
  ...{ name, kind: 'file', size: 1, modifiedAt: 0, mode: '0644', owner: 'root', target: null },
  ...{ place: 'container', drift: null, driftBelow: 0 },
  ...more,
})
const folder = (path: string, entries: FileEntry[], more = 0): [string, Folder] => [
  path,
  {
    isLoading: false,
    listing: { service: 'app', path, place: 'container', entries, more },
    failure: undefined,
  },
]
const view = (folders: [string, Folder][], more: Partial<TreeView> = {}): TreeView => ({
  ...{ folders: new Map(folders), toggled: new Map(), driftedOnly: false, wanted: '' },
  ...more,
})
const shown = (given: TreeView) =>
  treeRows(given).map(
    (row) => `${' '.repeat(row.depth)}${row.kind === 'note' ? row.note : row.kind} ${row.path}`,
  )

const tree = [
  folder('/', [
    entry('etc', { kind: 'folder', driftBelow: 1 }),
    entry('opt', { kind: 'folder', drift: 'added', driftBelow: 9 }),
    entry('usr', { kind: 'folder' }),
  ]),
  folder('/etc', [entry('motd', { drift: 'changed' }), entry('passwd')]),
]

test('a folder that was opened shows what is in it', () => {
  expect(shown(view(tree))).toEqual(['entry /etc', 'entry /opt', 'entry /usr'])
  const open = view(tree, {
    toggled: new Map([
      ['/etc', true],
      ['/usr', true],
    ]),
  })
  expect(shown(open)).toEqual([
    ...['entry /etc', ' entry /etc/motd', ' entry /etc/passwd', 'entry /opt', 'entry /usr', ' loading /usr'],
  ])
  expect(unlisted(open)).toEqual(['/usr'])
  // Its name, and what it holds, are what the filter looks for.
  expect(unlisted({ ...open, wanted: 'usr' })).toEqual(['/usr'])
  expect(unlisted({ ...open, wanted: 'usr', driftedOnly: true })).toEqual(['/usr'])
  expect(unlisted(view([]))).toEqual(['/'])
})

test('of what drifted, what leads to it opens by itself; an added folder does not, and a closed one stays closed', () => {
  expect(shown(view(tree, { driftedOnly: true }))).toEqual(['entry /etc', ' entry /etc/motd', 'entry /opt'])
  const closed = view(tree, { driftedOnly: true, toggled: new Map([['/etc', false]]) })
  expect(shown(closed)).toEqual(['entry /etc', 'entry /opt'])
  expect(shown(view([folder('/', [entry('a')])], { driftedOnly: true }))).toEqual(['noDrift /'])
})

test('the filter finds names in what is open, and keeps the folders around them', () => {
  const open = { toggled: new Map([['/etc', true]]) }
  expect(shown(view(tree, { ...open, wanted: 'pass' }))).toEqual(['entry /etc', ' entry /etc/passwd'])
  expect(shown(view(tree, { ...open, wanted: 'u' }))).toEqual(['entry /usr'])
  expect(shown(view(tree, { ...open, wanted: 'nothing' }))).toEqual(['nothingMatches /'])
})

test('an empty folder, one that has more, and one that failed say so', () => {
  const failure = { code: 'path-missing', message: 'Gone.', why: '', hint: '', data: {} }
  expect(shown(view([folder('/', [])]))).toEqual(['empty /'])
  expect(shown(view([folder('/', [entry('a')], 7)]))).toEqual(['entry /a', 'more /'])
  expect(shown(view([['/', { isLoading: false, listing: undefined, failure }]]))).toEqual(['failed /'])
  expect(shown(view([]))).toEqual(['loading /'])
})

test('paths lead from the top to what they name', () => {
  expect(pathsTo('/')).toEqual(['/'])
  expect(pathsTo('/etc/a b')).toEqual(['/', '/etc', '/etc/a b'])
  const { folders } = view(tree)
  expect(entryAt(folders, '/etc/motd')?.drift).toBe('changed')
  expect(entryAt(folders, '/etc')?.kind).toBe('folder')
  expect(entryAt(folders, '/')).toBeUndefined()
  expect(entryAt(folders, '/usr/bin')).toBeUndefined()
  expect(unlistedAbove(folders, '/usr/bin/x')).toEqual(['/usr', '/usr/bin'])
  expect([isListing(folders, '/usr/bin'), isListing(folders, '/etc/gone')]).toEqual([true, false])
})
