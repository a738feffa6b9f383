import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')

/** The keys of every object that the files of a folder export. */
async function keysOf(folder: string): Promise<string[]> {
  const files = globSync('*.ts', { cwd: path.join(root, folder) })
  const modules = await Promise.all(files.map((file) => import(path.join(root, folder, file))))
  const objects = modules.flatMap((module) => Object.values<unknown>(module))
  return objects.flatMap((value) => (typeof value === 'object' && value !== null ? Object.keys(value) : []))
}

/** They are put together by spreading, where the later of two with one name would silently win. */
test.each([
  ['shared/errors', 'definition-invalid'],
  ['renderer/messages', 'overview'],
])('no name is in two topics of %s', async (folder, known) => {
  const keys = await keysOf(folder)
  expect(keys).toContain(known)
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})
