import { applyPatch, parsePatch } from 'diff'
import { expect, test } from 'vitest'
import { dockerfilePatch, imagePatch } from '../../../main/drift/definition-patch.ts'

const RUN = 'RUN apk add --no-cache jq=1.7.1-r0'
const patched = (text: string, target?: string) =>
  applyPatch(text, dockerfilePatch({ file: 'Dockerfile', text }, [RUN], target))

test.each([
  [
    'before what says how it runs',
    'FROM a\nCOPY . .\nEXPOSE 1\nCMD ["b"]\n',
    `FROM a\nCOPY . .\n${RUN}\nEXPOSE 1\nCMD ["b"]\n`,
  ],
  ['at the end', 'FROM a\nRUN b\n', `FROM a\nRUN b\n${RUN}\n`],
  ['after a stage that is nothing but its base', 'FROM a\n', `FROM a\n${RUN}\n`],
  [
    'as root',
    'FROM a\nUSER me\nRUN b\nCMD c\n',
    `FROM a\nUSER me\nRUN b\nUSER root\n${RUN}\nUSER me\nCMD c\n`,
  ],
  ['after a command of several lines', 'FROM a\nRUN b \\\n  && c\n', `FROM a\nRUN b \\\n  && c\n${RUN}\n`],
  ['with the ends of lines of the file', 'FROM a\r\nCMD b\r\n', `FROM a\r\n${RUN}\r\nCMD b\r\n`],
])('a patch of a Dockerfile adds lines %s', (_, text, expected) => {
  expect(patched(text)).toBe(expected)
})

test('lines are added to the stage that is built', () => {
  const text = 'FROM a AS dev\nRUN b\n\nFROM dev AS prod\nRUN c\n'
  expect(patched(text, 'dev')).toBe(`FROM a AS dev\nRUN b\n${RUN}\n\nFROM dev AS prod\nRUN c\n`)
  expect(patched(text)).toBe(`FROM a AS dev\nRUN b\n\nFROM dev AS prod\nRUN c\n${RUN}\n`)
})

test('a devcontainer.json that names an image gets a Dockerfile beside it, and keeps its comments', () => {
  const text = '{\n  // ours\n  "image": "busybox:1.36",\n  "init": true\n}\n'
  const patch = imagePatch({ file: '.devcontainer/devcontainer.json', text }, [RUN], () => false) ?? ''
  const [json, dockerfile] = parsePatch(patch)
  expect(json && applyPatch(text, json)).toMatch(/\/\/ ours/)
  const changed = String(json && applyPatch(text, json))
  expect(JSON.parse(changed.replace('// ours', ''))).toEqual({
    build: { dockerfile: 'Dockerfile' },
    init: true,
  })
  expect([dockerfile?.oldFileName, dockerfile?.newFileName]).toEqual([
    '/dev/null',
    'b/.devcontainer/Dockerfile',
  ])
  expect(dockerfile && applyPatch('', dockerfile)).toBe(`FROM busybox:1.36\n${RUN}\n`)
  expect(imagePatch({ file: 'devcontainer.json', text: '{}' }, [RUN], () => false)).toBeUndefined()
})
