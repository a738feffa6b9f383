import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fileState } from '../../../main/data/files-written-to-workspace.ts'
import { scratch } from '../inputs/scratch.ts'

test('the state of a path is what lies there', async () => {
  await using folder = await scratch({ some: 'text', empty: '', long: 'x'.repeat(200_000) })
  await folder.folder('folder')
  await folder.link('link', 'some')
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const states = ['some', 'empty', 'long', 'folder', 'link', 'nothing'].map((name) =>
    fileState(folder.at(name)),
  )
  expect(await Promise.all(states)).toEqual([
    ...['text', '', 'x'.repeat(200_000)].map(hash),
    ...['folder', '-> some', undefined],
  ])
})
