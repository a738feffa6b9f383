import ignore from '@balena/dockerignore'
import { DockerfileParser } from 'dockerfile-ast'
import { expect, test } from 'vitest'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { Ignore } from '../../../main/definition/inputs/dockerignore.ts'

/**
 * Why Pristine reads Dockerfiles and .dockerignore files itself: what the libraries for it make of texts
 * that occur, beside what BuildKit makes of them. A test that fails here is good news.
 */
const images = (text: string) =>
  readDockerfile(text, { file: 'Dockerfile', args: {} }).images.map(({ reference }) => reference)

test('dockerfile-ast takes the body of a here-document for instructions, if a blank stands before its name', () => {
  const text = 'FROM a\nRUN << EOF\nFROM fake\nEOF\n'
  expect(
    DockerfileParser.parse(text)
      .getFROMs()
      .map((from) => from.getImage()),
  ).toEqual(['a', 'fake'])
  expect(images(text)).toEqual(['a'])
})

test('dockerfile-ast finds no --from beside other flags', () => {
  const text = 'FROM a\nCOPY --link --from=b /x /x\n'
  expect(DockerfileParser.parse(text).getCOPYs()[0]?.getFromFlag()).toBeNull()
  expect(images(text)).toEqual(['a', 'b'])
})

test('dockerfile-ast takes a remark for a directive', () => {
  const text = '# remark=1\n# escape=`\nFROM a\nRUN b \\\n  c\n'
  expect(DockerfileParser.parse(text).getEscapeCharacter()).toBe('`')
  expect(readDockerfile(text, { file: 'Dockerfile', args: {} }).escapeChar).toBe('\\')
})

test('@balena/dockerignore takes brackets for regular expressions, and some names for its own', () => {
  const library = ignore.default({ ignorecase: false }).add('app/(auth)\nconstructor')
  const ours = new Ignore({ file: '.dockerignore', text: 'app/(auth)\nconstructor' })
  expect(['app/(auth)', 'constructor'].map((name) => library.ignores(name))).toEqual([false, false])
  expect(['app/(auth)', 'constructor'].map((name) => ours.matchFromTop(name).ignored)).toEqual([true, true])
})
