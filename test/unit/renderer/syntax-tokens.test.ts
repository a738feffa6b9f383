import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokensOf } from '../../../renderer/store/text/syntax-tokens.ts'

const short = (file: string, line: string) =>
  tokensOf(file, line)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind} ${text}`)

test.each([
  ['Dockerfile', 'FROM node:24 AS build', ['keyword FROM', 'keyword AS']],
  ['app: Dockerfile', 'RUN echo "a # b" $HOME # c', ['keyword RUN', 'string "a # b"', 'variable $HOME']],
  ['Dockerfile', '# FROM nothing', ['comment # FROM nothing']],
  ['devcontainer.json', '  "init": true, // yes', ['key "init"', 'keyword true', 'comment // yes']],
  ['run configuration', '"user": "node"', ['key "user"', 'string "node"']],
  ['compose.yaml', '  image: postgres # db', ['key image', 'comment # db']],
  ['.npmrc', 'a=b#c', []],
])('%s: %s', (file, line, expected) => {
  expect(short(file, line)).toEqual(expected)
})

test('nothing of a line is lost or added', () => {
  fc.assert(
    fc.property(fc.constantFrom('Dockerfile', 'a.json', 'a.yml', 'a.txt'), fc.string(), (file, line) => {
      expect(
        tokensOf(file, line)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line)
    }),
  )
})
