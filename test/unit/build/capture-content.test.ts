import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { captureContent } from '../../../main/build/bake/capture-content.ts'

type Entry = Partial<Header> & { name: string; content?: string }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** What `capture` finds in a workspace with these entries, and what it passes on. */
async function captured(
  entries: Entry[],
  copied: Record<string, string>,
  {
    mounted = [],
    modules = [],
    owner,
  }: { mounted?: string[]; modules?: string[]; owner?: { uid: number; gid: number } } = {},
) {
  const tar = pack()
  for (const { content, ...header } of entries)
    if (content === undefined) tar.entry(header)
    else tar.entry(header, content)
  tar.finalize()
  const into = pack()
  const capturing = captureContent(Readable.from(await buffer(tar)), into, 'workspaces/shop', {
    copied: new Map(Object.entries(copied)),
    mounted,
    modules,
    owner,
    isInput: (at) => at.endsWith('yarn.lock'),
  })
  const [found, sent] = await Promise.all([capturing.finally(() => into.finalize()), buffer(into)])
  const kept: Record<string, string> = {}
  const read = extract()
  read.end(sent)
  for await (const entry of read) {
    const { name, type, linkname, uid } = entry.header
    const text = (await buffer(entry as unknown as Readable)).toString()
    kept[name] = type === 'file' ? `${uid} ${text}` : type === 'directory' ? 'dir' : `${type} ${linkname}`
  }
  return { ...found, kept }
}

const folder = (name: string): Entry => ({ name: `${name}/`, type: 'directory' })
const file = (name: string, content: string, more: Partial<Header> = {}): Entry => ({
  name,
  content,
  ...more,
})

test('new folders are kept whole, by their top, and new files each by itself', async () => {
  const found = await captured(
    [
      folder('shop'),
      file('shop/.env', 'x'),
      folder('shop/node_modules'),
      folder('shop/node_modules/a'),
      file('shop/node_modules/a/index.js', 'a', { uid: 1000 }),
      { name: 'shop/node_modules/b', type: 'symlink', linkname: '../packages/b' },
      { name: 'shop/node_modules/c.js', type: 'link', linkname: 'shop/node_modules/a/index.js' },
      file('shop/node_modules/yarn.lock', 'of a package'),
      folder('shop/packages'),
      folder('shop/packages/b'),
      folder('shop/packages/b/node_modules'),
      { name: 'shop/current', type: 'symlink', linkname: 'node_modules/a' },
    ],
    { packages: 'dir', 'packages/b': 'dir' },
  )
  expect(found).toEqual({
    folders: ['node_modules', 'packages/b/node_modules'],
    files: { '.env': sha256('x'), current: '-> node_modules/a' },
    count: 4,
    changed: [],
    removed: [],
    inputs: [],
    modules: [],
    lost: [],
    kept: {
      'var/lib/pristine/content/.env': '0 x',
      'workspaces/shop/node_modules/': 'dir',
      'workspaces/shop/node_modules/a/': 'dir',
      'workspaces/shop/node_modules/a/index.js': '1000 a',
      'workspaces/shop/node_modules/b': 'symlink ../packages/b',
      'workspaces/shop/node_modules/c.js': 'link workspaces/shop/node_modules/a/index.js',
      'workspaces/shop/node_modules/yarn.lock': '0 of a package',
      'workspaces/shop/packages/b/node_modules/': 'dir',
      'var/lib/pristine/content/current': 'symlink node_modules/a',
    },
  })
})

test('what was there and changed is reported, and nothing of it is kept', async () => {
  const found = await captured(
    [
      folder('shop'),
      folder('shop/.git'),
      file('shop/.git/config', 'new'),
      file('shop/.git/index', 'new'),
      folder('shop/.git/hooks'),
      file('shop/.git/hooks/pre-commit', 'new'),
      file('shop/README.md', 'new'),
      file('shop/same', 'same'),
      file('shop/link', 'a file now'),
      file('shop/yarn.lock', 'new'),
    ],
    {
      '.git': 'dir',
      '.git/config': sha256('old'),
      '.git/index': sha256('old'),
      'README.md': sha256('old'),
      same: sha256('same'),
      link: '-> same',
    },
  )
  expect(found).toMatchObject({
    folders: [],
    files: {},
    changed: ['.git/config', '.git/hooks/pre-commit', 'README.md', 'link'],
    inputs: ['yarn.lock'],
    kept: {},
  })
})

test('what was there and is gone is named by its top, and git goes its own ways', async () => {
  const found = await captured(
    [folder('shop'), folder('shop/.git'), folder('shop/data'), folder('shop/src')],
    {
      '.git': 'dir',
      '.git/index.lock': sha256('x'),
      data: 'dir',
      'data/mounted': sha256('x'),
      src: 'dir',
      'src/made.ts': sha256('x'),
      old: 'dir',
      'old/one': sha256('1'),
      'old/two': sha256('2'),
      'README.md': sha256('x'),
    },
    { mounted: ['data'] },
  )
  expect(found).toMatchObject({ removed: ['src/made.ts', 'old', 'README.md'], changed: [], kept: {} })
})

test("caches, what is mounted there, and what is no file are not the version's", async () => {
  const found = await captured(
    [
      folder('shop'),
      folder('shop/src'),
      folder('shop/src/__pycache__'),
      file('shop/src/__pycache__/a.pyc', 'x'),
      folder('shop/data'),
      file('shop/data/rows', 'x'),
      { name: 'shop/pipe', type: 'fifo' },
      folder('shop/dist'),
      { name: 'shop/dist/main.js', type: 'link', linkname: 'shop/src/main.js' },
    ],
    { src: 'dir', 'src/main.js': sha256('x') },
    { mounted: ['data'] },
  )
  expect(found).toMatchObject({
    folders: ['dist'],
    files: {},
    lost: ['pipe', 'dist/main.js'],
    kept: { 'workspaces/shop/dist/': 'dir' },
  })
})

test('large files and long names pass as they are', async () => {
  const name = `shop/node_modules/${'deep/'.repeat(40)}file`
  const large = 'x'.repeat(3 * 1024 * 1024)
  const found = await captured([folder('shop'), folder('shop/node_modules'), file(name, large)], {})
  expect(found.kept[`workspaces/${name}`]?.length).toBe(large.length + 2)
})

test('as Podman reports it: names without the folder, and everything as root', async () => {
  const found = await captured(
    [folder(''), file('/README.md', 'same'), folder('/shop'), file('/shop/index.js', 'x')],
    { 'README.md': sha256('same') },
    { owner: { uid: 1000, gid: 1000 } },
  )
  expect(found).toMatchObject({
    folders: ['shop'],
    files: {},
    changed: [],
    kept: { 'workspaces/shop/shop/': 'dir', 'workspaces/shop/shop/index.js': '1000 x' },
  })
})

test('what hooks made in a submodule that is not initialised is not kept', async () => {
  const found = await captured(
    [
      folder('shop'),
      folder('shop/libs'),
      folder('shop/libs/lib'),
      file('shop/libs/lib/.git', 'gitdir: ../../.git/modules/lib'),
      file('shop/libs/lib/lib.c', ''),
      folder('shop/libs/lib/src'),
      file('shop/libs/lib/src/a.c', ''),
      file('shop/libs/library', 'x'),
      folder('shop/untouched'),
      folder('shop/filled'),
      file('shop/filled/own', 'own'),
    ],
    { libs: 'dir', 'libs/lib': 'dir', untouched: 'dir', filled: 'dir', 'filled/own': sha256('own') },
    { modules: ['libs/lib', 'untouched', 'filled'] },
  )
  expect(found).toMatchObject({
    folders: [],
    files: { 'libs/library': sha256('x') },
    modules: ['libs/lib'],
    lost: [],
    removed: [],
  })
})
