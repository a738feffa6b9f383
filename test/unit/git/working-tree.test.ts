import { execFileSync } from 'node:child_process'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readIndex } from '../../../main/git/index-file.ts'
import { openWorkingTree, type WorkingTree } from '../../../main/git/working-tree.ts'
import { git } from '../../engine/git.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

const NAMES = ['a', 'a-b', 'a/b.txt', 'a/c/d', 'deep/er/still', 'straße/ü', 'x y', `${'long/'.repeat(60)}end`]

async function repository(options: string[] = []): Promise<Scratch> {
  const files = Object.fromEntries(NAMES.filter((name) => name !== 'a').map((name) => [name, `${name}\n`]))
  const folder = await scratch(files)
  git(folder.path, 'init', '-q', '-b', 'main', ...options)
  await folder.write('run.sh', '#!/bin/sh\n', 0o755)
  await folder.link('link', 'a/b.txt')
  git(folder.path, 'add', '-A')
  git(folder.path, 'commit', '-q', '-m', 'All')
  return folder
}

async function opened(folder: string, env = process.env): Promise<WorkingTree> {
  const tree = await openWorkingTree(folder, env)
  if (typeof tree === 'string') throw new Error(tree)
  return tree
}

/** What git itself says: path, kind, executable and object of each file. */
const asGitSays = (folder: string) =>
  git(folder, 'ls-files', '--stage', '-z')
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [, mode, object, name = ''] = /^(\d+) (\w+) \d\t(.*)$/s.exec(line) ?? []
      return [name, { kind: mode === '120000' ? 'link' : 'file', executable: mode === '100755', object }]
    })

const asRead = (tree: WorkingTree) => [...tree.paths()].map((name) => [name, tree.find(name)])

test.each<[string, string[], string[][]]>([
  ['version 2', [], []],
  ['version 3', [], [['add', '-N', 'new']]],
  ['version 4', [], [['update-index', '--index-version', '4']]],
  ['a split one', [], [['update-index', '--split-index']]],
  ['a sparse one', [], [['sparse-checkout', 'set', '--cone', '--sparse-index', 'a']]],
  ['objects of 32 bytes', ['--object-format=sha256'], []],
])('an index is read as git reads it: %s', async (_, options, commands) => {
  await using folder = await repository(options)
  await folder.write('new', '')
  for (const command of commands) git(folder.path, ...command)
  const tree = await opened(folder.path)
  expect(asRead(tree)).toEqual(asGitSays(folder.path))
  expect(asRead(tree).length).toBeGreaterThan(8)
  expect(
    ['a', 'deep', 'deep/er', 'de', 'deep/er/still/x', 'a-', 'a/c'].filter((path) => tree.holds(path)),
  ).toEqual(['a', 'deep', 'deep/er', 'a/c'])
  expect([tree.has('a/b.txt'), tree.has('a/b'), tree.has('zzz'), tree.isLink('link')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('many questions are answered as few are', async () => {
  await using folder = await repository()
  const tree = await opened(folder.path)
  for (let round = 0; round < 300; round++) expect(tree.has('a/b.txt') && !tree.has('a/x')).toBe(true)
})

test('a conflict is one file', async () => {
  await using folder = await repository()
  git(folder.path, 'checkout', '-q', '-b', 'other')
  await folder.write('a/b.txt', 'other')
  git(folder.path, 'commit', '-q', '-a', '-m', 'Other')
  git(folder.path, 'checkout', '-q', 'main')
  await folder.write('a/b.txt', 'own')
  git(folder.path, 'commit', '-q', '-a', '-m', 'Own')
  expect(() => git(folder.path, 'merge', '-q', 'other')).toThrow()
  const paths = [...(await opened(folder.path)).paths()]
  expect(paths.filter((name) => name === 'a/b.txt')).toHaveLength(1)
})

test('worktrees, submodules and folders of others', async () => {
  await using folder = await repository()
  await using around = await scratch({ top: '' })
  git(folder.path, 'worktree', 'add', '-q', around.at('tree'))
  expect(asRead(await opened(around.at('tree')))).toEqual(asGitSays(folder.path))
  git(around.path, 'init', '-q')
  git(around.path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', folder.path, 'module')
  const tree = await opened(around.path)
  expect([...tree.paths('file')]).toEqual(expect.arrayContaining(['module/a/b.txt', '.gitmodules']))
  expect(tree.find('module/run.sh')).toMatchObject({ executable: true })
  expect([tree.holds('module'), tree.holds('module/a'), tree.holds('module/nothing')]).toEqual([
    true,
    true,
    false,
  ])
  expect(await openWorkingTree(around.at('nothing'), {})).toBe('none')
})

test.skipIf(process.getuid?.() !== 0)(
  'whoever owns it and whatever the environment says, the repository is the one of the folder',
  async () => {
    await using folder = await repository()
    await using other = await repository()
    const [before] = asRead(await opened(folder.path))
    git(folder.path, 'update-index', '--split-index')
    execFileSync('chown', ['-R', '4321', folder.path])
    const env = {
      ...process.env,
      HOME: '/nonexistent',
      GIT_DIR: other.at('.git'),
      GIT_INDEX_FILE: '/nowhere',
      GIT_WORK_TREE: '/',
    }
    expect(asRead(await opened(folder.path, env))[0]).toEqual(before)
  },
)

test('an index that cannot be read is reported as that', async () => {
  await using folder = await repository()
  const index = await readFile(folder.at('.git/index'))
  git(folder.path, 'update-index', '--split-index')
  expect(await openWorkingTree(folder.path, { PATH: '/nowhere' })).toBe('unreadable')
  for (let length = 0; length < index.length; length += 97) {
    await writeFile(folder.at('.git/index'), index.subarray(0, length))
    expect(typeof (await openWorkingTree(folder.path, { PATH: '/nowhere' }))).toMatch(/^(?:string|object)$/)
  }
  await writeFile(folder.at('.git/index'), 'no index')
  expect(await openWorkingTree(folder.path, process.env)).toBe('unreadable')
})

/** An index in version 4. `longer`: as git would not write it, each name is added to the name before. */
function indexOf(mode: number, names: string[], longer = false): Buffer {
  const head = Buffer.from('DIRC\0\0\0\x04\0\0\0\0', 'latin1')
  head.writeUInt32BE(names.length, 8)
  const entries = names.map((name, at) => {
    const off = longer ? 0 : (names[at - 1]?.length ?? 0)
    const entry = Buffer.alloc(62)
    entry.writeUInt32BE(mode, 24)
    return Buffer.concat([entry, Buffer.from([off]), Buffer.from(`${name}\0`)])
  })
  return Buffer.concat([head, ...entries, Buffer.alloc(20)])
}

test.each([
  ['a name that no system takes', ['a'.repeat(1_000_000), ...Array.from({ length: 599 }, () => 'a')]],
  ['many long names', ['a'.repeat(4_000), ...Array.from({ length: 90 }, () => 'a')]],
])('an index of which short differences make long names is left to git: %s', (_, names) => {
  expect(readIndex(indexOf(0o100644, ['a', 'b'], true), 'sha1')?.has('ab')).toBe(true)
  expect(readIndex(indexOf(0o100644, names, true), 'sha1')).toBeUndefined()
})

test('an index that is longer than any known one, and holds nothing, is reported as one that cannot be read', async () => {
  await using folder = await repository()
  await truncate(folder.at('.git/index'), 3 * 1024 ** 3)
  expect(await openWorkingTree(folder.path, { PATH: '/nowhere' })).toBe('unreadable')
})

test.each(['.', '', '..', 'link', 'own/'])(
  'a submodule %o that leads back to its repository is none',
  async (name) => {
    await using folder = await repository()
    await folder.folder('own')
    await folder.write('own/.git', `gitdir: ${folder.at('.git')}`)
    await rm(folder.at('link'))
    await folder.link('link', '.')
    await writeFile(folder.at('.git/index'), indexOf(0o160000, [name]))
    const tree = await opened(folder.path)
    expect([...tree.paths()]).toEqual([name])
  },
)

test('submodules are looked for up to a number', async () => {
  await using folder = await repository()
  await folder.write('own/.git', `gitdir: ${folder.at('.git')}`)
  const missing = Array.from({ length: 9_999 }, (_, at) => `missing-${at}`)
  await writeFile(folder.at('.git/index'), indexOf(0o160000, [...missing, 'own']))
  expect([...(await opened(folder.path)).paths()]).toHaveLength(20_000)
  await writeFile(folder.at('.git/index'), indexOf(0o160000, [...missing, 'one-more', 'own']))
  expect([...(await opened(folder.path)).paths()]).toHaveLength(10_001)
})

test('whether executable bits mean something is what the repository says', async () => {
  await using folder = await repository()
  expect((await opened(folder.path)).fileMode).toBe(true)
  git(folder.path, 'config', 'core.fileMode', 'false')
  expect((await opened(folder.path)).fileMode).toBe(false)
})
