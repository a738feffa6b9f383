/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import { expect, test } from 'vitest'
import { pinDockerfile } from '../../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'

const SYNTAX = '# syntax=docker/dockerfile:1\n'
const read = (text: string, triggers?: string[]) =>
  readDockerfile(text, { file: 'Dockerfile', args: {}, triggers: () => triggers })
/** What a stage with these instructions needs, and the first Docker that has it. */
const needs = (...instructions: string[]) =>
  read(`${SYNTAX}FROM a\n${instructions.join('\n')}\n`).frontend?.needs.map(({ what, since }) => [
    what,
    since,
  ])

test('a file that names no frontend has none, and needs nothing of it', () => {
  expect(read('FROM a\nCOPY --link x /\n').frontend).toBeUndefined()
})

test('what every builder knows needs nothing', () => {
  const text = `${SYNTAX}# escape=\`
ARG V=1
FROM --platform=$BUILDPLATFORM a:\${V:-2} AS b
SHELL ["/bin/sh", "-c"]
ENV A=\${V:+x} B=$A C=\${V}
RUN echo \${V#1} \${V/a/b} --link --parents
COPY --chown=1:1 --from=other /a /b
HEALTHCHECK --interval=1s --timeout=1s --start-period=1s --retries=2 CMD true
ONBUILD COPY x /
`
  expect(read(text).frontend).toEqual({ reference: 'docker/dockerfile:1', line: 1, needs: [] })
})

test.for([
  ['COPY --chmod=755 a b', [['COPY --chmod', 20]]],
  ['COPY --link a b', [['COPY --link', 23]]],
  ['ADD --checksum=sha256:aa https://x.org/a /', [['ADD --checksum', 25]]],
  ['COPY --parents a b', [['COPY --parents', null]]],
  [
    'COPY --exclude=*.md --exclude=x a b',
    [
      ['COPY --exclude', null],
      ['COPY --exclude', null],
    ],
  ],
  ['COPY --future a b', [['COPY --future', null]]],
  ['USER --flag root', [['USER --flag', null]]],
  ['HEALTHCHECK --start-interval=1s CMD true', [['HEALTHCHECK --start-interval', 25]]],
  ['RUN --network=none true', [['RUN --network', 23]]],
  ['RUN --security=sandbox true', [['RUN --security', null]]],
  ['RUN <<E\ntrue\nE', [['RUN <<', 23]]],
  [
    'COPY <<E /x\n${A%b}\nE',
    [
      ['COPY <<', 23],
      ['COPY ${A%…}', 26],
    ],
  ],
  [
    'ENV A=${B#c} D=${E-f}',
    [
      ['ENV ${B#…}', 26],
      ['ENV ${E-…}', 25],
    ],
  ],
  [
    "COPY <<'E' /x\n${A:^b}\nE",
    [
      ['COPY <<', 23],
      ['COPY ${A:^…}', null],
    ],
  ],
  [
    'COPY --chmod=u+x a b',
    [
      ['COPY --chmod', 20],
      ['COPY --chmod=u+x', 28],
    ],
  ],
  ['ONBUILD COPY --from=b x /', [['ONBUILD COPY --from', 28]]],
  ['ONBUILD COPY --link x /', [['ONBUILD COPY --link', 23]]],
] as const)('%s', ([instruction, wanted]) => {
  expect(needs(instruction)).toEqual(wanted)
})

test('mounts need the builder that knows their members, and variables in them', () => {
  const plain = ['RUN --mount', 20]
  const member = (name: string, since = 20) => [`RUN --mount ${name}`, since]
  expect(needs('RUN --mount=type=cache,target=/c,sharing=locked true')).toEqual([
    plain,
    member('type='),
    member('target='),
    member('sharing='),
  ])
  expect(needs('RUN --mount=type=tmpfs,target=/t,size=1m true')?.at(-1)).toEqual(member('size=', 23))
  expect(needs('RUN --mount=type=secret,id=a,env=A true')?.at(-1)).toEqual(member('env=', 28))
  expect(needs('RUN --mount=type=cache,target=$T true')?.at(-1)).toEqual(member('target=$…', 23))
  expect(needs('RUN --mount=type=novel,target=/t true')?.[2]).toEqual(['RUN --mount type=novel', null])
  expect(needs('RUN --mount=type=cache,novel=1 true')?.at(-1)).toEqual(['RUN --mount novel=', null])
})

test('only what is sent counts: stages that are not reached do not, what a base image leaves does', () => {
  expect(read(`${SYNTAX}FROM a AS unused\nCOPY --link x /\nFROM b\n`).frontend?.needs).toEqual([])
  expect(read(`${SYNTAX}FROM a\n`, ['COPY --link x /']).frontend?.needs).toMatchObject([
    { what: 'COPY --link', since: 23 },
  ])
})

test('an older parser reads no escape character below a directive that it does not know', () => {
  const check = '# check=skip=all\n'
  expect(read(`${SYNTAX}${check}FROM a\n`).frontend?.needs).toEqual([])
  expect(read(`${SYNTAX}${check}# escape=\`\nFROM a\n`).frontend?.needs).toMatchObject([
    { line: 2, since: 27 },
  ])
})

test('without its pin the line is not sent, and lines keep their numbers; with it, its digest is', () => {
  const pinned = { a: 'r.io/a@sha256:1' }
  const reading = read(`${SYNTAX}# escape=\`\nFROM a\n`)
  expect(pinDockerfile(reading, { images: pinned, downloads: {} })).toMatchObject({
    text: '# escape=`\nFROM r.io/a@sha256:1\n',
    lines: [2, 3],
  })
  const images = { ...pinned, 'docker/dockerfile:1': 'r.io/f@sha256:2' }
  expect(pinDockerfile(reading, { images, downloads: {} }).text).toContain('# syntax=r.io/f@sha256:2\n')
})

test('an image that the stages use as well is needed in any case', () => {
  const reading = read('# syntax=docker/dockerfile:1\nFROM docker/dockerfile:1\n')
  expect(reading.frontend).toBeUndefined()
  expect(() => pinDockerfile(reading, { images: {}, downloads: {} })).toThrow()
})
