import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, headingsOf, relativeLinksOf } from './markdown.ts'

const root = path.join(import.meta.dirname, '../../..')
const read = (page: string) => readFileSync(path.join(root, page), 'utf8')
const pages = globSync('{*,docs/*,{app,main,shared,test}/**/*}.md', { cwd: root }).map((page) =>
  page.split(path.sep).join('/'),
)
const docs = pages.filter((page) => page.startsWith('docs/'))

/** What a page's links name and nothing has: a file, or an anchor of a page. */
function broken(page: string, text: string): string[] {
  return relativeLinksOf(text).filter((target) => {
    const [file = '', anchor] = target.split('#')
    const found = file === '' ? page : path.posix.join(path.posix.dirname(page), file)
    if (!existsSync(path.join(root, found))) return true
    return anchor !== undefined && !anchorsOf(read(found)).has(anchor)
  })
}

test.each(pages)('every link of %s leads somewhere', (page) => {
  expect(broken(page, read(page))).toEqual([])
})

test.each([['[x](nowhere.md)'], ['[x](lock.md#nowhere)'], ['[x](#nowhere)'], ['![x](screens/nowhere.png)']])(
  '%s would be found',
  (link) => {
    expect(broken('docs/README.md', `# Title\n\n${link}\n`)).toHaveLength(1)
  },
)

test.each([
  ['[x](lock.md#frozen)'],
  ['[x](https://example.org)'],
  ['`[x](nowhere.md)`'],
  ['```\n[x](nowhere)\n```'],
])('%s is no broken link', (link) => {
  expect(broken('docs/README.md', `# Title\n\n${link}\n`)).toEqual([])
})

test.each(['README.md', ...docs])('%s has one title, at its top', (page) => {
  expect(read(page)).toMatch(/^# /)
  expect(headingsOf(read(page)).filter(({ level }) => level === 1)).toHaveLength(1)
})

test('the start page leads to every page of the documentation', () => {
  const linked = relativeLinksOf(read('docs/README.md')).map((target) => `docs/${target}`)
  expect(docs.filter((page) => page !== 'docs/README.md' && !linked.includes(page))).toEqual([])
})

test('every picture is shown somewhere', () => {
  const shown = new Set(
    pages.flatMap((page) =>
      relativeLinksOf(read(page)).map((target) => path.posix.join(path.posix.dirname(page), target)),
    ),
  )
  const pictures = globSync('docs/screens/*', { cwd: root }).map((file) => file.split(path.sep).join('/'))
  expect(pictures.filter((picture) => !shown.has(picture))).toEqual([])
})

/** The files of the project that a page names: `main/x.ts`, `x.test.ts`, and tests without their ending (unit/x). */
function filesNamedIn(text: string): string[] {
  const whole = [...text.matchAll(/`([a-z/-]+(?:\.test)?\.ts)`/g)].map(([, name]) => `{,**/}${name}`)
  const tests = [
    ...text.matchAll(/(?<!test\/)\b(?:unit|engine|browser|electron|rules)\/[a-z/-]+[a-z]\b(?!\.)/g),
  ]
  return [...whole, ...tests.map(([name]) => `test/{,electron/}${name}.test.ts`)]
}

test('every file that the documentation names is there', () => {
  const named = [...new Set(docs.flatMap((page) => filesNamedIn(read(page))))]
  expect(named.length).toBeGreaterThan(30)
  const exclude = ['node_modules', 'dist', '.git']
  expect(named.filter((name) => globSync(name, { cwd: root, exclude }).length === 0)).toEqual([])
})

test('a file that is named and not there would be found', () => {
  expect(filesNamedIn('See `main/nowhere.ts`, unit/nowhere and `nowhere.test.ts`.')).toHaveLength(3)
})
