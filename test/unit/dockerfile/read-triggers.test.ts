import { describe, expect, test } from 'vitest'
import type { DockerfileReading } from '../../../main/definition/dockerfile/dockerfile-reading.ts'
import { pinDockerfile } from '../../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'

const SHA = 'a'.repeat(64)
const PINNED = `base:1@sha256:${SHA}`

const read = (text: string, triggers: Record<string, string[] | null>): DockerfileReading =>
  readDockerfile(text, { file: 'Dockerfile', args: { WHICH: 'src' }, triggers: (image) => triggers[image] })

/** What is sent, with the images of these names in the place of those that have triggers. */
const sent = (reading: DockerfileReading, names: Record<string, string>): string => {
  const own = reading.images.map(({ reference }) => [reference, `r.io/${reference}@sha256:${SHA}`])
  const images = { ...Object.fromEntries(own), ...names }
  const downloads = reading.downloads.map(({ url }) => [url, { integrity: `sha256:${SHA}` }] as const)
  return pinDockerfile(reading, { images, downloads: Object.fromEntries(downloads) }, { inFolder: true }).text
}

test('a flag that no builder knows is refused, unless the file names its own frontend', () => {
  const text = 'FROM scratch\nCOPY --user=me a /a\n'
  expect(() => read(text, {})).toThrow(
    expect.objectContaining({
      code: 'definition-invalid',
      data: {
        file: 'Dockerfile',
        line: 2,
        problem: expect.stringMatching(/^COPY has no flag --user \(it has --from/),
      },
    }),
  )
  expect(read(`# syntax=x/y:1\n${text}`, {}).sources).toHaveLength(1)
})

test('a stage that does not exist is the fault of the file that asks for it', () => {
  const options = { file: 'Dockerfile', args: {}, target: 'prod', targetFile: 'devcontainer.json' }
  expect(() => readDockerfile('FROM scratch AS dev\n', options)).toThrow(
    expect.objectContaining({
      data: {
        file: 'devcontainer.json',
        problem: 'it asks for the stage "prod", which the Dockerfile does not have (there are dev)',
      },
    }),
  )
})

test.for([
  ['FROM base:1\n', { base: 'base:1' }],
  ['FROM scratch\n', {}],
  ['FROM base:1 AS a\nFROM other:1\nCOPY --from=a /x /x\n', { base: 'other:1' }],
  ['FROM base:1 AS a\nFROM a\nLABEL other=x\n', { base: 'base:1' }],
  [
    `FROM base:1 AS a\nLABEL x=y devcontainer.metadata='[{"init":true}]'\nFROM a\n`,
    { label: '[{"init":true}]' },
  ],
  ['FROM base:1\nARG A={}\nLABEL "devcontainer.metadata"="[$A]"\n', { label: '[{}]' }],
  ['FROM base:1\nLABEL devcontainer.metadata {}\n', { label: '{}' }],
  ['FROM base:1\nLABEL devcontainer.metadata=$OF_IMAGE\n', {}],
] as const)('%j says whence its image has its metadata', ([text, metadata]) => {
  expect(read(text, {}).metadata).toEqual(metadata)
})

describe('what a base image leaves to the build', () => {
  test('is read as if it stood below FROM: inputs, images, downloads and mounts', () => {
    const onbuild = [
      'COPY . /app',
      'COPY --from=tool:1 /t /t',
      'ADD http://x.org/a.tgz /a/',
      'ARG WHICH',
      'RUN --mount=type=secret,id=KEY --mount=type=bind,source=$WHICH,target=/s true',
    ]
    const text = 'FROM base:1 AS b\nRUN echo own\n'
    const reading = read(text, { 'base:1': onbuild })
    expect(reading.text).toBe(text)
    expect(reading.onbuild).toEqual({ 'base:1': onbuild })
    expect(reading.sources.map(({ patterns, line }) => [...patterns, line])).toEqual([
      ['.', 1],
      ['src', 1],
    ])
    expect(reading.images.map(({ reference }) => reference)).toEqual(['base:1', 'tool:1'])
    expect(reading.downloads).toEqual([{ url: 'http://x.org/a.tgz', line: 1 }])
    expect(reading.secrets).toEqual([{ id: 'KEY', required: false, line: 1 }])
    expect(sent(reading, { 'base:1': 'bare' })).toBe(
      [
        'FROM bare AS b',
        'COPY context /app',
        `COPY --from=r.io/tool:1@sha256:${SHA} /t /t`,
        `COPY .pristine/downloads/${SHA}/a.tgz /a/`,
        'ARG WHICH',
        'RUN --mount=type=secret,id=KEY --mount=type=bind,source=context/src,target=/s true',
        'RUN echo own',
        '',
      ].join('\n'),
    )
  })

  test('runs in each stage that begins with the image, and in none that begins with a stage or copies from it', () => {
    const text = 'FROM base:1 AS a\nFROM a AS b\nFROM base:1\nCOPY --from=a /x /x\nCOPY --from=b /x /y\n'
    const reading = read(text, { 'base:1': ['COPY one /one'], a: ['COPY never /never'] })
    expect(sent(reading, { 'base:1': 'bare' })).toBe(
      'FROM bare AS a\nCOPY context/one /one\nFROM a AS b\nFROM bare\nCOPY context/one /one\n' +
        'COPY --from=a /x /x\nCOPY --from=b /x /y\n',
    )
    expect(reading.onbuild).toEqual({ 'base:1': ['COPY one /one'] })
    const copied = read('FROM other:1\nCOPY --from=base:1 /x /x\n', { 'base:1': ['COPY never /never'] })
    expect(copied).toMatchObject({ sources: [], onbuild: {}, bases: ['other:1'] })
  })

  test('is taken from an image that is written with its digest, too, which then has another name in what is sent', () => {
    const reading = read(`FROM ${PINNED}\n`, { [PINNED]: ['COPY a /a'] })
    expect(reading.bases).toEqual([PINNED])
    expect(sent(reading, { [PINNED]: 'bare' })).toBe('FROM bare\nCOPY context/a /a\n')
    expect(sent(read(`FROM ${PINNED}\n`, {}), {})).toBe(`FROM ${PINNED}\n`)
  })

  test('may be meant by nobody: an image that is used as it is runs none of it', () => {
    const reading = read('FROM base:1\n', { 'base:1': null })
    expect(reading).toMatchObject({ sources: [], onbuild: { 'base:1': null } })
    expect(sent(reading, { 'base:1': 'bare' })).toBe('FROM bare\n')
  })

  test('names stages of the file, which it needs then', () => {
    const reading = read('FROM base:1 AS tool\nRUN x\nFROM other:1\n', {
      'other:1': ['COPY --from=tool /t /t'],
    })
    expect(sent(reading, { 'other:1': 'bare' })).toContain('FROM bare\nCOPY --from=tool /t /t\n')
  })

  test.each([
    ['FROM x', 'FROM may not be one of its instructions'],
    ['ONBUILD RUN x', 'ONBUILD may not be one of its instructions'],
    ['NONSENSE x', 'unknown instruction NONSENSE'],
    ['COPY a', 'COPY needs a source and a destination'],
    ['RUN one\nRUN two', 'it is not one instruction'],
    ['# escape=`\nRUN one', 'it is not one instruction'],
    ['', 'it is not one instruction'],
    ['COPY <<E /x\nno end', 'the here-document E has no end'],
  ])('%j is refused', (trigger, reason) => {
    expect(() => read('ARG A\nFROM base:1\n', { 'base:1': [trigger] })).toThrow(
      expect.objectContaining({
        code: 'definition-unsupported',
        data: { file: 'Dockerfile', line: 2, key: 'ONBUILD of base:1', reason },
      }),
    )
  })

  test('is refused where the file has another escape character', () => {
    expect(() => read('# escape=`\nFROM base:1\n', { 'base:1': ['RUN a'] })).toThrow(
      expect.objectContaining({ code: 'definition-unsupported' }),
    )
  })
})
