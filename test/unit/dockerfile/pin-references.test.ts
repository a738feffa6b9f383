/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import { describe, expect, test } from 'vitest'
import { appendLabels, pinDockerfile } from '../../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { expand } from '../../../main/definition/dockerfile/syntax/expand.ts'
import { splitDockerfile } from '../../../main/definition/dockerfile/syntax/split-instructions.ts'
import { quotedWords } from '../../../main/definition/dockerfile/syntax/split-words.ts'

const SHA = 'a'.repeat(64)
const DIGEST = `@sha256:${SHA}`
const GUARD = 'FROM scratch\nCOPY <<PRISTINE /\nPRISTINE_NEEDS_HERE_DOCUMENTS\nPRISTINE\n'

/** Pins everything that a text refers to. */
function pin(
  text: string,
  options: { inFolder?: boolean; target?: string } = {},
): { text: string; lines: number[] } {
  const { target } = options
  const reading = readDockerfile(text, {
    file: 'Dockerfile',
    args: {},
    ...(target !== undefined && { target }),
  })
  const images = Object.fromEntries(
    reading.images.map(({ reference }) => [reference, `r.io/${reference.replace(/:.*/, '')}${DIGEST}`]),
  )
  const downloads = Object.fromEntries(
    reading.downloads.map(({ url }) => [url, { integrity: `sha256:${SHA}` }]),
  )
  return pinDockerfile(reading, { images, downloads }, options)
}

describe('references', () => {
  test('take their digest form wherever they stand, line by line', () => {
    const text = `# syntax=x/y:1 --z
ARG N=node:24
FROM --platform=$BUILDPLATFORM \${N} AS b
COPY --link --from=tool:1 /a /b
RUN --mount=type=bind,from=redis:7,target=/r \\
    --mount=type=cache,target=/c \\
    echo node:24
FROM b
`
    expect(pin(text)).toEqual({
      text: text
        .replace('x/y:1', `r.io/x/y${DIGEST}`)
        .replace('${N} AS', `r.io/node${DIGEST} AS`)
        .replace('tool:1', `r.io/tool${DIGEST}`)
        .replace('redis:7', `r.io/redis${DIGEST}`),
      lines: [1, 2, 3, 4, 5, 6, 7, 8],
      downloadPath: expect.any(Function),
    })
  })

  test('leave a here-document one, whatever blanks stand beside it that separate nothing', () => {
    expect(pin('FROM scratch\nCOPY <<E b\u00a0c /d/\nx\nE\n', { inFolder: true }).text).toBe(
      `${GUARD}FROM scratch\nCOPY <<E context/b\u00a0c /d/\nx\nE\n`,
    )
  })

  test('may be cut by line ends, or quoted', () => {
    expect(pin('FROM no\\\nde:24 AS x\nRUN a\n')).toMatchObject({
      text: `FROM r.io/node${DIGEST} AS x\nRUN a\n`,
      lines: [1, 3],
    })
    expect(pin('FROM a\nCOPY --from="b:1" /x /y\nRUN --mount="type=bind,from=c:1,target=/x" z\n').text).toBe(
      `FROM r.io/a${DIGEST}\nCOPY --from=r.io/b${DIGEST} /x /y\nRUN --mount=type=bind,from=r.io/c${DIGEST},target=/x z\n`,
    )
  })

  test('of stages stay, in the case that the engine understands', () => {
    expect(pin('FROM scratch AS Build\nFROM BUILD\nCOPY --from=bUILD a b\n').text).toBe(
      'FROM scratch AS Build\nFROM build\nCOPY --from=bUILD a b\n',
    )
  })

  test('without a pin are an internal error', () => {
    const reading = readDockerfile('FROM a\n', { file: 'Dockerfile', args: {} })
    expect(() => pinDockerfile(reading, { images: {}, downloads: {} })).toThrow(
      expect.objectContaining({ code: 'internal' }),
    )
  })
})

describe('downloads', () => {
  const path = `.pristine/downloads/${SHA}`

  test('become a COPY of what was downloaded', () => {
    const text = 'FROM scratch\nADD --chown=1:1 --chmod=755 https://x.org/t.tgz?v=1 /d/\n'
    expect(pin(text)).toMatchObject({
      text: `FROM scratch\nCOPY --chown=1:1 --chmod=755 ${path}/t.tgz /d/\n`,
      lines: [1, 2],
    })
  })

  test('are taken out of an ADD that has other sources too, in order', () => {
    const text =
      'FROM scratch\nADD a.tar \\\n  https://x.org/b https://x.org/c \\\n  d <<E /d/\nx\nE\nRUN y\n'
    expect(pin(text)).toMatchObject({
      text: `${GUARD}FROM scratch\nADD a.tar /d/\nCOPY ${path}/b ${path}/c /d/\nADD d <<E /d/\nx\nE\nRUN y\n`,
      lines: [2, 2, 2, 2, 1, 2, 2, 2, 5, 6, 7],
    })
  })

  test('keep names that need quotes, and --unpack', () => {
    expect(pin('FROM scratch\nADD https://x.org/a%20b\\$x /d/\n').text).toContain(
      `COPY ["${path}/a b\\\\$x","/d/"]`,
    )
    expect(pin('FROM scratch\nADD https://x.org/a*b /d/\n').text).toContain(`COPY ${path}/a\\\\*b /d/`)
    expect(pin('FROM scratch\nADD --unpack=true https://x.org/a.tgz /d/\n').text).toContain(
      `ADD ${path}/a.tgz /d/`,
    )
    expect(pin('FROM scratch\nADD https://x.org/ /d/\n').text).toContain(`${path}/__unnamed__ /d/`)
  })

  test('of an ONBUILD stay one, and those with a checksum stay as they are', () => {
    expect(pin('FROM scratch AS b\nONBUILD ADD https://x.org/a /d/\nFROM b\n').text).toContain(
      `ONBUILD COPY ${path}/a /d/\n`,
    )
    const text = `FROM scratch\nADD --checksum=sha256:${SHA} https://x.org/a /d/\n`
    expect(pin(text).text).toBe(text)
  })
})

test('with here-documents a builder that does not know them refuses it: a stage before the last one says so', () => {
  const text = 'ARG A\nFROM a\nRUN <<FROM\nFROM b\nFROM\nFROM scratch\nCOPY --from=0 /x /y\n'
  expect(pin(text).text).toBe(
    `ARG A\nFROM r.io/a${DIGEST}\nRUN <<FROM\nFROM b\nFROM\n${GUARD}FROM scratch\nCOPY --from=0 /x /y\n`,
  )
})

test('the context may lie in a folder', () => {
  const text = `FROM scratch
ARG A
COPY . ../x "sub dir"/ /
COPY ["a b", "/z"]
COPY --parents x/y other/./z /w/
RUN --mount=source=conf,target=/c --mount=target=/d true
ADD $A/$UNSET/x /v/
COPY --from=0 /q /q
`
  const wanted = text
    .replace('FROM scratch\n', 'FROM scratch AS s\nFROM s\n')
    .replace('COPY . ../x "sub dir"/ /', 'COPY context context/x /')
    .replace('["a b", "/z"]', '["context/a b","/z"]')
    .replace('x/y other/./z', 'context/./x/y context/other/./z')
    .replace(
      'source=conf,target=/c --mount=target=/d',
      'source=context/conf,target=/c --mount=target=/d,source=context',
    )
    .replace('$A/$UNSET/x', 'context/x')
  const source = text.replace('FROM scratch\n', 'FROM scratch AS s\nFROM s\n').replace(' "sub dir"/', '')
  expect(pin(source, { inFolder: true }).text).toBe(wanted)
})

describe('labels', () => {
  /** What the builder makes of the last LABEL of a text. */
  function labelsOf(text: string): Record<string, string> {
    const { statements, escapeChar } = splitDockerfile(text)
    const last = statements.at(-1)
    return Object.fromEntries(
      quotedWords(last?.rest ?? '', escapeChar).map((word) => {
        const at = word.indexOf('=')
        return [word.slice(0, at), expand(word.slice(at + 1), () => 'SUBSTITUTED', escapeChar).text]
      }),
    )
  }

  const labels = {
    'dev.pristine.plan': JSON.stringify({ a: 'x "y" $HOME \\ `z` #', b: ["'", '\\"', '${c}', 'é😀'] }),
    'dev.pristine.id': 'abc',
    empty: '',
    'trailing.escape': '\\',
    'trailing.tick': '`',
  }

  test.for(['FROM a\n', 'FROM a', '# escape=`\nFROM a\n', 'FROM a\nRUN <<E\nx\nE\n'])(
    'come back as they were: %j',
    (text) => {
      expect(labelsOf(appendLabels(text, labels))).toEqual(labels)
    },
  )

  test('that hold a line end are an internal error', () => {
    expect(() => appendLabels('FROM a\n', { a: 'b\nc' })).toThrow(
      expect.objectContaining({ code: 'internal' }),
    )
  })
})
