import { expect, test } from 'vitest'
import { parseFound } from '../../../main/container/find-names.ts'

const END = 'f00dfeed'
/** What the search prints: the folder, and each find with its `st_mode`. */
const printed = (folder: string, ...found: string[]) =>
  [folder, ...found].map((one) => `${one}${END}\n`).join('')

test('paths count from the top on, with their kinds', () => {
  expect(parseFound(printed('/data', '81a4 ./a/b', '41ed ./c', 'a1ff ./d'), END)).toEqual({
    path: '/data',
    found: [
      { path: '/data/a/b', kind: 'file' },
      { path: '/data/c', kind: 'folder' },
      { path: '/data/d', kind: 'link' },
    ],
  })
  expect(parseFound(printed('/', '81a4 ./etc/x'), END)?.found).toEqual([{ path: '/etc/x', kind: 'file' }])
  expect(parseFound(printed('/'), END)).toEqual({ path: '/', found: [] })
})

test.each(['a\nb', '81a4 ./x', '\u001b[31m', ' ', '-rf', 'a\n81a4 ./b'])(
  'a name of %j is one name',
  (name) => {
    expect(parseFound(printed('/t', `81a4 ./${name}`), END)?.found).toEqual([
      { path: `/t/${name}`, kind: 'file' },
    ])
  },
)

test('the folder itself is nothing that was found, nor is what was not printed whole', () => {
  expect(parseFound(`${printed('/t', '41ed .', '81a4 ./a')}81a4 ./hal`, END)?.found).toEqual([
    { path: '/t/a', kind: 'file' },
  ])
})

test.each(['', 'sh: find: not found\n', `relative${END}\n`, '/t'])('%j is no list', (text) => {
  expect(parseFound(text, END)).toBeUndefined()
})
