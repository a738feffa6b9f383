/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import { describe, expect, test } from 'vitest'
import { readDockerfile } from '../../../main/definition/dockerfile/read-dockerfile.ts'
import { ProductError } from '../../../shared/errors.ts'

type Options = { args?: Record<string, string>; target?: string }

const read = (text: string, { args = {}, target }: Options = {}) =>
  readDockerfile(text, { file: 'Dockerfile', args, ...(target !== undefined && { target }) })

const images = (text: string, options?: Options) => read(text, options).images.map((image) => image.reference)
const patterns = (text: string, options?: Options) =>
  read(text, options).sources.flatMap((source) => source.patterns)

function failure(text: string, options?: Options): { code: string; line: unknown; text: string } {
  try {
    read(text, options)
  } catch (error) {
    if (error instanceof ProductError)
      return { code: error.code, line: error.data['line'], text: JSON.stringify(error.data) }
    throw error
  }
  throw new Error('it was read')
}

describe('text', () => {
  test('holds only what the target reaches, with LF, without byte-order mark, comments and blank lines', () => {
    const reading = read(
      '\ufeff# syntax=docker/dockerfile:1\r\n# a comment\r\nARG V=1\r\n\r\nFROM a AS one\r\nRUN x \\\r\n  # why\r\n\r\n  y\r\nFROM b AS two\r\nRUN z\r\nFROM one\r\n',
    )
    expect(reading.text).toBe(
      '# syntax=docker/dockerfile:1\nARG V=1\nFROM a AS one\nRUN x \\\n  y\nFROM one\n',
    )
    expect(reading.lines).toEqual([1, 3, 5, 6, 9, 12])
    expect(reading.images.map((image) => image.reference)).toEqual(['a', 'docker/dockerfile:1'])
  })

  test('does not change when a comment or a stage that is not reached does', () => {
    const one = read('FROM a AS x\nRUN 1\nFROM b\nRUN 2\n')
    const two = read('FROM a AS x\nRUN other\nCOPY . .\n# remark\nFROM b\n\nRUN 2')
    expect(two.text).toBe(one.text)
    expect(two.sources).toEqual([])
  })

  test('keeps the bodies of here-documents as they are', () => {
    const body = 'FROM fake\n# no comment\n\nCOPY a b\n'
    expect(read(`FROM a\nRUN <<EOF\n${body}EOF\n`).text).toBe(`FROM a\nRUN <<EOF\n${body}EOF\n`)
  })

  test('counts stages anew where some are left out', () => {
    const reading = read('FROM a\nFROM b\nFROM c AS d\nFROM e\nCOPY --from=1 /x /x\nCOPY --from=d /y /y\n')
    expect(reading.text).toBe('FROM b\nFROM c AS d\nFROM e\nCOPY --from=0 /x /x\nCOPY --from=d /y /y\n')
  })

  test('ends a continuation that the end of the file leaves open', () => {
    expect(read('FROM a\nRUN b \\').text).toBe('FROM a\nRUN b \n')
  })
})

describe('images', () => {
  test('are found in FROM, COPY --from, RUN --mount and # syntax, sorted, each once, at its first line', () => {
    const text = `# syntax=docker/dockerfile:1.7 --x
FROM node:24 AS base
COPY --from=alpine:3 /a /a
COPY --link --chown=1:1 --from=busybox /b /b
RUN --mount=type=bind,from=redis:7,target=/r --mount=type=cache,target=/c,from=base2 true
FROM base
COPY --from=alpine:3 /a /c
`
    expect(read(text).images).toEqual([
      { reference: 'alpine:3', line: 3 },
      { reference: 'base2', line: 5 },
      { reference: 'busybox', line: 4 },
      { reference: 'docker/dockerfile:1.7', line: 1 },
      { reference: 'node:24', line: 2 },
      { reference: 'redis:7', line: 5 },
    ])
  })

  test('are not: scratch, stages in any case, references with a digest', () => {
    const digest = `@sha256:${'a'.repeat(64)}`
    expect(
      images(
        `FROM a${digest} AS Build\nFROM scratch AS empty\nFROM BUILD\nCOPY --from=bUILD /a /a\nCOPY --from=empty /b /b\n`,
      ),
    ).toEqual([])
  })

  test('take their arguments from before the first FROM, not from a stage', () => {
    const text = 'ARG V=24\nARG N=node:${V}\nFROM $N AS a\nARG V=9\nFROM ${N}-slim\n'
    expect(images(text)).toEqual(['node:24-slim'])
    expect(images(text, { target: 'a' })).toEqual(['node:24'])
    expect(images(text, { args: { V: '22' } })).toEqual(['node:22-slim'])
    expect(images(text, { args: { N: 'alpine' } })).toEqual(['alpine-slim'])
  })

  test.for([
    ['${X:-deb}', {}, 'deb'],
    ['${X:-deb}', { X: '' }, 'deb'],
    ['${X-deb}', { X: 'r' }, 'r'],
    ['a${X:+b}', { X: '1' }, 'ab'],
    ['a${X:+b}', {}, 'a'],
    ['${X:-${Y:-de"b"}}', {}, 'deb'],
    ['"deb"', {}, 'deb'],
    ["d'e'b", {}, 'deb'],
    ['${X%-slim}', { X: 'deb-slim' }, 'deb'],
    ['${X#*/}', { X: 'h/deb' }, 'deb'],
    ['${X/_/-}', { X: 'a_b_c' }, 'a-b_c'],
    ['${X//_/-}', { X: 'a_b_c' }, 'a-b-c'],
  ] as const)('FROM %s with %o is %s', ([word, args, wanted]) => {
    expect(images(`ARG X\nFROM ${word}\n`, { args: { ...args } })).toEqual([wanted])
  })

  test('of an ONBUILD count where it runs', () => {
    const text = 'FROM a AS base\nONBUILD COPY --from=tool:1 /t /t\nONBUILD COPY conf /etc/\n'
    expect(images(text)).toEqual(['a'])
    expect(read(`${text}FROM base\n`).images).toEqual([
      { reference: 'a', line: 1 },
      { reference: 'tool:1', line: 2 },
    ])
    expect(patterns(`${text}FROM base\n`)).toEqual(['conf'])
  })

  test('that depend on the platform are refused, with the variable; elsewhere it is fine', () => {
    expect(failure('FROM a\nFROM tool:$TARGETARCH\n')).toMatchObject({
      code: 'definition-unsupported',
      line: 2,
    })
    expect(failure('ARG N=x-${TARGETPLATFORM}\nFROM $N\n').text).toContain('TARGETPLATFORM')
    expect(images('FROM --platform=$BUILDPLATFORM node:24\nARG TARGETARCH\nRUN echo $TARGETARCH\n')).toEqual([
      'node:24',
    ])
    expect(images('FROM tool:$TARGETARCH\n', { args: { TARGETARCH: 'arm64' } })).toEqual(['tool:arm64'])
  })
})

describe('sources', () => {
  test('are what COPY, ADD and bind mounts read of the context', () => {
    const text = `FROM a AS b
COPY package*.json ./src/ /
ADD --chown=1:1 ../x /y/
COPY ["with space", "/z"]
RUN --mount=type=bind,source=conf,target=/c --mount=type=cache,target=/d --mount=target=/all true
COPY --from=c /not /not
COPY <<EOF <<-"F" here /h/
x
EOF
	y
	F
`
    expect(read(text).sources).toEqual([
      { patterns: ['package*.json', 'src'], line: 2 },
      { patterns: ['x'], line: 3 },
      { patterns: ['with space'], line: 4 },
      { patterns: ['conf'], line: 5 },
      { patterns: ['.'], line: 5 },
      { patterns: ['here'], line: 7 },
    ])
  })

  test('know ARG and ENV as the builder does', () => {
    expect(
      patterns(
        'ARG G=g\nFROM scratch AS p\nARG A=a\nENV E=$A/e A2=$E\nFROM p\nARG G\nCOPY $E $A2 ${G}x $U$A /\n',
      ),
    ).toEqual(['a/e', '.', 'gx', 'a'])
    expect(patterns('FROM a\nENV D old\nENV D=new F=$D\nCOPY $D $F /\n')).toEqual(['new', 'old'])
    expect(patterns('FROM a\nARG E=😀a😀\nCOPY ${E#?} ${E%?} ${E/?/b} /\n')).toEqual(['a😀', '😀a', 'ba😀'])
  })

  test('are everything where a path hangs on something unknown', () => {
    expect(patterns('FROM a\nCOPY $FROM_IMAGE/x /\n')).toEqual(['.'])
    expect(patterns('FROM scratch\nARG TARGETARCH\nCOPY bin/$TARGETARCH /\n')).toEqual(['.'])
  })

  test('reach as far as --parents does', () => {
    expect(patterns('FROM a\nCOPY --parents src/**/x.c other/y /\n')).toEqual(['src', 'other/y'])
  })
})

describe('what only a person can give', () => {
  test.each([
    ['id=TOKEN', 'TOKEN', false],
    ['id=TOKEN,required', 'TOKEN', true],
    ['required=TRUE,id=TOKEN,env=X', 'TOKEN', true],
    ['id=TOKEN,required=false', 'TOKEN', false],
    ['source=TOKEN', 'TOKEN', false],
    ['target=/etc/npmrc', 'npmrc', false],
    ['ID=$NAME-$NAME', 'x-x', false],
  ])('type=secret,%s', (fields, id, required) => {
    const text = `FROM a\nARG NAME=x\nRUN --mount=type=secret,${fields} y\n`
    expect(read(text).secrets).toEqual([{ id, required, line: 3 }])
  })

  test('is what the target reaches, of stages that are based on one with an ONBUILD, too', () => {
    const text =
      'FROM a AS one\nONBUILD RUN --mount=type=secret,id=X --mount=type=ssh,required y\nFROM b AS two\nRUN --mount=type=ssh y\nFROM one\n'
    expect(read(text)).toMatchObject({
      secrets: [{ id: 'X', required: false, line: 2 }],
      agents: [{ required: true, line: 2 }],
      sources: [],
    })
    expect(read(text, { target: 'two' })).toMatchObject({
      secrets: [],
      agents: [{ required: false, line: 4 }],
    })
  })
})

describe('downloads', () => {
  test('are the addresses of ADD, not those with a checksum', () => {
    const text = `FROM a\nARG V=1\nADD https://x.org/t-$V.tgz http://y.org/b /d/\nADD --checksum=sha256:${'1'.repeat(64)} https://z.org/c /d/\n`
    expect(read(text).downloads).toEqual([
      { url: 'http://y.org/b', line: 3 },
      { url: 'https://x.org/t-1.tgz', line: 3 },
    ])
  })

  test.for([
    'https://g.org/a/b.git',
    'https://g.org/b.git#main:dir',
    'git@g.org:a/b',
    'ssh://g.org/b',
    'git://g.org/b',
  ])('from git are refused: %s', (source) =>
    expect(failure(`FROM a\n\nADD ${source} /d\n`)).toMatchObject({
      code: 'definition-unsupported',
      line: 3,
    }),
  )

  test('that are not known before the build are refused', () => {
    expect(failure('FROM a\nARG TARGETARCH\nADD https://x.org/$TARGETARCH /d\n').text).toContain('TARGETARCH')
    expect(failure('FROM a\nADD $URL /d\n').code).toBe('definition-unsupported')
  })
})

describe('syntax', () => {
  test('escape may be a backtick', () => {
    const text = '# escape=`\nFROM a\nCOPY c:\\x`\n  y /d/\nRUN a `\n  b\n'
    expect(patterns(text)).toEqual(['c:\\x', 'y'])
    expect(read(text).text).toBe(text)
  })

  test('directives count only at the top', () => {
    expect(images('# remark\n# syntax=x/y\nFROM a\n')).toEqual(['a'])
    expect(images('FROM a\n# syntax=x/y\n')).toEqual(['a'])
    expect(read('\n# escape=`\nFROM a\nRUN b \\\n c\n').escapeChar).toBe('\\')
    expect(images('#!/usr/bin/env x\n# syntax=x/y\nFROM a\n')).toEqual(['a', 'x/y'])
  })

  test('here-documents hide instructions', () => {
    const text = `FROM a
RUN <<A cat <<-'B' && 3<<C
FROM one
A
	FROM two
	B
FROM three
C
RUN echo "<<D"
RUN echo $((1<<2))
ONBUILD RUN <<E
FROM four
E
COPY b /
`
    expect(images(text)).toEqual(['a'])
    expect(patterns(text)).toEqual(['b'])
  })

  test.for([
    ['', undefined, 'no FROM'],
    ['# only this\n', undefined, 'no FROM'],
    ['RUN x\n', 1, 'before the first FROM'],
    ['FROM\n', 1, 'needs an argument'],
    ['FROM a b\n', 1, 'AS'],
    ['FROM a AS 1x\n', 1, 'name of a stage'],
    ['FROM a\nFRUM b\n', 2, 'FRUM'],
    ['FROM a\nCOPY x\n', 2, 'destination'],
    ['FROM a\nRUN <<EOF\nx\n', 2, 'EOF'],
    ['FROM a\nENV x\n', 2, 'ENV'],
    ['FROM a\nCOPY ${x:-y /d\n', 2, "missing '}'"],
    ['FROM a\nCOPY --from=3 x /d\n', 2, '3'],
    ['FROM a\nCOPY --from=b x /d\nFROM c AS b\nCOPY --from=0 x /d\n', 2, 'before'],
    ['FROM $NOTHING\n', 1, 'NOTHING'],
    ['FROM A$B\n', 1, 'not the name of an image'],
    ['# escape=x\nFROM a\n', 1, 'escape'],
    ['# escape=`\n# escape=`\nFROM a\n', 2, 'only one'],
    ['FROM a\nCOPY ["a", 1]\n', 2, 'strings'],
    ['FROM a\nCOPY https://x.org/y /d\n', 2, 'ADD'],
  ] as const)('%j is refused at line %s', ([text, line, words]) => {
    const found = failure(text)
    expect(found).toMatchObject({ code: 'definition-invalid', line })
    expect(found.text).toContain(words)
  })

  test('a target that does not exist is refused with those that do', () => {
    expect(failure('FROM a AS Dev\nFROM b AS prod\n', { target: 'tset' }).text).toContain('dev, prod')
    expect(read('FROM a AS Dev\nFROM b AS prod\n', { target: 'DEV' }).text).toBe('FROM a AS Dev\n')
  })

  test('what reaches the host is refused', () => {
    expect(failure('FROM a\nRUN --network=host x\n').code).toBe('definition-unsupported')
    expect(failure('FROM a\nRUN --security=insecure x\n').code).toBe('definition-unsupported')
    expect(failure('FROM a\nARG N=host\nRUN --network=$N x\n').code).toBe('definition-unsupported')
    expect(failure('FROM a\nRUN --device=vendor.com/gpu x\n').code).toBe('definition-unsupported')
    expect(failure('FROM a\nRUN --security x\n').code).toBe('definition-unsupported')
  })

  test.each([
    ['FROM a\nRUN --mount=type=ssh,id=deploy y\n', 'definition-unsupported', 'its id'],
    ['FROM a\nRUN --mount=type=ssh,id=$HOME y\n', 'definition-unsupported', 'its id'],
    ['FROM a\nRUN --mount=type=secret,id=$HOME y\n', 'definition-unsupported', 'HOME'],
    ['FROM a\nRUN --mount=type=secret y\n', 'definition-invalid', 'id'],
  ])('%j asks a person for what cannot be told', (text, code, words) => {
    const found = failure(text)
    expect(found).toMatchObject({ code, line: 2 })
    expect(found.text).toContain(words)
  })

  test('a name with a blank beside a here-document is refused: no line can hold both', () => {
    const text = 'FROM a\nENV D="b c"\nCOPY <<E $D /d/\nE\n'
    expect(failure(text)).toMatchObject({ code: 'definition-unsupported', line: 3 })
    // BuildKit takes `<<` for the name of a file, and still skips the lines that follow.
    expect(failure('FROM a\nCOPY << E /d/\nx\nE\n')).toMatchObject({
      code: 'definition-unsupported',
      line: 2,
    })
  })
})
