import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const main = path.join(import.meta.dirname, '../../../main')

/** What each folder of main imports of the others, as its files say it. */
function imported(): Record<string, string[]> {
  const folders = readdirSync(main, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return Object.fromEntries(folders.map(({ name }) => [name, importsOf(name)]))
}

function importsOf(folder: string): string[] {
  const files = readdirSync(path.join(main, folder), { recursive: true, encoding: 'utf8' })
  const found = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const full = path.join(main, folder, file)
      return [...readFileSync(full, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(
        ([, target = '']) => path.relative(main, path.resolve(path.dirname(full), target)).split(path.sep),
      )
    })
    .filter(([first, ...rest]) => rest.length > 0 && first !== '..' && first !== folder)
    .map(([first = '']) => first)
  return [...new Set(found)].sort()
}

/** The same as main/README.md tells it. */
function told(): Record<string, string[]> {
  const readme = readFileSync(path.join(main, 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| (\w+) +\|[^|]*\| ([\w, -]+?) +\|$/gm)]
  return Object.fromEntries(
    rows
      .filter(([, folder]) => folder !== 'Folder')
      .map(([, folder = '', imports = '']) => [folder, imports === '-' ? [] : imports.split(', ')]),
  )
}

test('which folder of main imports which is what its README says', () => {
  expect(Object.keys(told()).length).toBeGreaterThan(5)
  expect(told()).toEqual(imported())
})
