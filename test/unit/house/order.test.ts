import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { againstOrder, folderOf, type Import, scattered } from './order.ts'

const root = path.join(import.meta.dirname, '../../..')
const main = path.join(root, 'main')
const filesOf = (folder: string): string[] =>
  globSync('**/*.ts', { cwd: folder }).map((file) => file.split(path.sep).join('/'))
const files = filesOf(main)

/** The imports between the files of a folder. */
const importsOf = (folder: string): Import[] =>
  filesOf(folder).flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\b(?:from|import)\b ?\(? ?'(\.[^']+)'/g)]
      .map(([, target = '']) => path.posix.join(path.posix.dirname(file), target))
      .filter((target) => !target.startsWith('../'))
      .map((target): Import => [file, target]),
  )

/** The folders, and the files of main itself, as the table of main/README.md lists them, from the ground up. */
const order = [
  ...readFileSync(path.join(main, 'README.md'), 'utf8').matchAll(/^\| \*\*([a-z/.-]+)\*\* +\|/gm),
].map(([, entry = '']) => entry.replace(/\/$/, ''))

test('each folder of main imports only folders above it in the table of its README', () => {
  const imports = importsOf(main)
  expect(imports.length).toBeGreaterThan(1000)
  expect(againstOrder(order, imports)).toEqual([])
})

test('the table has each folder once, and subfolders beside their folder', () => {
  const entries = new Set(files.map((file) => folderOf(file) ?? file))
  expect([...order].sort()).toEqual([...entries].sort())
  expect(scattered(order)).toEqual([])
})

test('each folder of renderer/store imports only folders above it in the table of its README', () => {
  const store = path.join(root, 'renderer/store')
  const table = readFileSync(path.join(root, 'renderer/README.md'), 'utf8')
  const folders = [...table.matchAll(/^\| store\/([a-z-]+) +\|/gm)].map(([, folder = '']) => folder)
  expect([...folders].sort()).toEqual([...new Set(filesOf(store).map(folderOf))].sort())
  const imports = importsOf(store)
  expect(imports.length).toBeGreaterThan(30)
  expect(againstOrder(folders, imports)).toEqual([])
})

test.each<[Import, string]>([
  [['docker/containers.ts', 'environment/read.ts'], 'a folder below it in the table'],
  [['docker/containers.ts', 'docker/exec/exec.ts'], 'a subfolder below it in the table'],
  [['docker/containers.ts', 'nowhere/read.ts'], 'a folder that the table lacks'],
  [['nowhere/read.ts', 'docker/containers.ts'], 'a folder, from one that the table lacks'],
  [['environment/read.ts', 'engine.ts'], 'a file of main itself that is below it in the table'],
  [['engine.ts', 'router/router.ts'], 'a folder below it in the table, from a file of main itself'],
  [['router/router.ts', 'other.ts'], 'a file of main itself that the table lacks'],
])('%j would be found: it imports %s', (wrong) => {
  const right: Import[] = [
    ['environment/read.ts', 'docker/containers.ts'],
    ['environment/read.ts', 'environment/decide-change.ts'],
    ['engine.ts', 'environment/read.ts'],
    ['router/router.ts', 'engine.ts'],
  ]
  const some = ['docker', 'docker/exec', 'environment', 'engine.ts', 'router']
  expect(againstOrder(some, right)).toEqual([])
  expect(againstOrder(some, [...right, wrong])).toEqual([wrong])
})

test('a circle of two folders is against every order of them', () => {
  const circle: Import[] = [
    ['lock/lock-file.ts', 'plan/plan.ts'],
    ['plan/plan.ts', 'lock/lock-state.ts'],
  ]
  expect(againstOrder(['lock', 'plan'], circle)).toHaveLength(1)
  expect(againstOrder(['plan', 'lock'], circle)).toHaveLength(1)
})

test('a subfolder that stands apart from its folder would be found', () => {
  expect(scattered(['docker/exec', 'docker', 'git'])).toEqual([])
  expect(scattered(['docker/exec', 'git', 'docker'])).toEqual(['docker'])
})
