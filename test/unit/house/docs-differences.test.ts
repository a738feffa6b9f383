import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ON_PURPOSE } from '../../engine/oracle/differences.ts'

test('docs/differences.md has a section for each difference that the oracle allows', async () => {
  const text = await readFile(new URL('../../../docs/differences.md', import.meta.url), 'utf8')
  const titles = [...text.matchAll(/^### (.*)$/gm)].map((found) => found[1])
  expect(titles.sort()).toEqual(Object.values(ON_PURPOSE).sort())
})
