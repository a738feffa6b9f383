/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DockerfileReading } from '../../../main/definition/dockerfile/dockerfile-reading.ts'
import { appendLabels, pinDockerfile } from '../../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { isProductError } from '../../../shared/errors.ts'
import { leastProcessorTime } from '../../processor-time.ts'

/** In milliseconds of the processor. */
const LONGEST = 2_000

/** Pieces that Dockerfiles are made of, in any order. */
const piece = fc.constantFrom(
  ...'FROM |a |AS |b |\n|\r\n|\\\n|`\n| |\t|#|# escape=`\n|# syntax=x/y\n|ARG |ENV |X=|$X|${X:-|}|"|\'|\\|`|COPY |ADD |--from=|0 |RUN |--mount=type=bind,|source=|from=|<<E|<<-E|\nE\n|ONBUILD |https://x.org/y |["a", "b"]|/d |. |*|[|]|,|=|\ufeff|é|😀|--parents |:1 |@|TARGETARCH|WORKDIR |LABEL '.split(
    '|',
  ),
)
const dockerfile = fc.oneof(
  fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc
    .array(piece, { maxLength: 60 })
    .map((pieces) => `FROM a AS b\n${pieces.join('')}\nFROM b\nCOPY ${pieces.join('')} /d\n`),
  fc.string({ maxLength: 200 }),
)

function tryRead(text: string): DockerfileReading | undefined {
  try {
    return readDockerfile(text, { file: 'Dockerfile', args: {} })
  } catch (error) {
    if (isProductError(error)) return undefined
    throw error
  }
}

const numbered = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('')

const pinsOf = (reading: DockerfileReading) => ({
  images: Object.fromEntries(
    reading.images.map(({ reference }) => [reference, `r.io/x@sha256:${'a'.repeat(64)}`]),
  ),
  downloads: Object.fromEntries(
    reading.downloads.map(({ url }) => [url, { integrity: `sha256:${'b'.repeat(64)}` }]),
  ),
})

test('any text gives a reading or a product error', () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      tryRead(text)
    }),
    { numRuns: 5000 },
  )
})

test('what was read reads the same again, and every line knows where it came from', () => {
  fc.assert(
    fc.property(dockerfile, (text) => {
      const reading = tryRead(text)
      if (!reading) return
      const again = readDockerfile(reading.text, { file: 'Dockerfile', args: {} })
      expect(again.text).toBe(reading.text)
      expect(again.images.map(({ reference }) => reference)).toEqual(
        reading.images.map(({ reference }) => reference),
      )
      expect(again.sources.map((source) => source.patterns)).toEqual(
        reading.sources.map((source) => source.patterns),
      )
      const written = text.replace(/^\ufeff/, '').split('\n')
      expect(reading.text.split('\n').length - 1).toBe(reading.lines.length)
      for (const line of reading.lines) expect(written[line - 1]).toBeDefined()
    }),
    { numRuns: 3000 },
  )
})

test('a pinned text needs no pins, and its lines are mapped', () => {
  fc.assert(
    fc.property(dockerfile, fc.boolean(), (text, inFolder) => {
      const reading = tryRead(text)
      if (!reading) return
      const pinned = pinDockerfile(reading, pinsOf(reading), { inFolder })
      expect(pinned.text.split('\n').length - 1).toBe(pinned.lines.length)
      const again = readDockerfile(appendLabels(pinned.text, { a: '"$b\\' }), {
        file: 'Dockerfile',
        args: {},
      })
      expect(again.images).toEqual([])
      expect(again.downloads).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test.for([
  ['nested variables', `FROM a\nCOPY ${'${x:-'.repeat(9000)} /d\n`],
  ['open quotes', `FROM a\n${`COPY "$x${"'".repeat(50)}\n`.repeat(500)}`],
  ['here-documents', `FROM a\n${'RUN <<A <<B <<C\n'.repeat(3000)}`],
  ['patterns', `ARG X=${'a'.repeat(2000)}\nFROM b\${X##${'*a'.repeat(500)}b}\n`],
  ['blanks', `FROM a\n${'\\ \t'.repeat(20_000)}\n`],
  ['returns', `FROM a${'\r'.repeat(60_000)}x\n`],
  [
    'many stages',
    `${Array.from({ length: 3000 }, (_, at) => `FROM ${at === 0 ? 'a' : `s${at - 1}`} AS s${at}\n`).join('')}`,
  ],
  ['continuations', `FROM a\nRUN ${'x \\\n'.repeat(150_000)}\n`],
  ['mounts', `FROM a\nRUN ${numbered(30_000, (at) => `--mount=from=i${at} \\\n`)} x\n`],
  [
    'here-documents that do not end',
    `FROM a\nRUN << ${'${x:-'.repeat(99)}${`${'a'.repeat(60_000)}\\\n`.repeat(15)}\n`,
  ],
  [
    'stages upon stages',
    `FROM a AS s0\n${numbered(15_000, (at) => `FROM s${at} AS s${at + 1}\nCOPY --from=s0 a b\n`)}`,
  ],
  ['stages of one name', `FROM a AS s\n${'FROM s AS s\n'.repeat(30_000)}`],
] as const)('%s take no long time', ([, text]) => {
  expect(leastProcessorTime(LONGEST, () => tryRead(text))).toBeLessThan(LONGEST)
})

test.for([
  ['values that double', `ARG X=aaaa\n${'ARG X=$X$X\n'.repeat(60)}FROM a\n`],
  ['values that double in quotes', `FROM a\nENV X=aaaa\n${'ENV X="$X$X"\n'.repeat(60)}`],
  ['patterns of a long value', `FROM a\nENV X=${'a'.repeat(60_000)}\nENV Y=\${X//a*b/c}\n`],
  [
    'replacements by a long value',
    `FROM a\nENV X=${'a'.repeat(60_000)}\n${'ENV Y=${X//a/$X}\n'.repeat(9)}COPY $Y /d\n`,
  ],
  [
    'variables of stages upon stages',
    `FROM a AS s0\n${numbered(5000, (at) => `ENV V${at}=x\n`)}${numbered(5000, (at) => `FROM s${at} AS s${at + 1}\n`)}`,
  ],
  [
    'triggers of many stages',
    `FROM a AS s\n${'ONBUILD RUN x\n'.repeat(5000)}${numbered(5000, (at) => `FROM s AS t${at}\n`)}` +
      `FROM a\n${numbered(5000, (at) => `COPY --from=t${at} a b\n`)}`,
  ],
] as const)('%s are refused, not worked out', ([, text]) => {
  const read = () =>
    expect(() => readDockerfile(text, { file: 'Dockerfile', args: {} })).toThrowError(
      expect.objectContaining({ code: 'definition-invalid', why: expect.stringContaining('multiply') }),
    )
  expect(leastProcessorTime(LONGEST, read)).toBeLessThan(LONGEST)
})
