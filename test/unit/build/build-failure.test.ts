// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Dockerfile looks like this

import { expect, test } from 'vitest'
import { buildFailure } from '../../../main/build/build-failure.ts'
import { BuildFailure } from '../../../main/docker/build/build-image.ts'

/** Line numbers as they come when nothing was rewritten. */
const same = (text: string) => text.split('\n').map((_, index) => index + 1)
const failure = (
  message: string,
  step: string | undefined,
  output: string[],
  text: string,
  lines = same(text),
) =>
  buildFailure(new BuildFailure(message, step, output), { file: 'Dockerfile' }, text, lines) as Error & {
    data: Record<string, unknown>
  }

test('the failing step is found on its line', () => {
  const text = 'FROM busybox\nRUN true\nRUN false\n'
  const { data, message } = failure(
    'executor failed running [/bin/sh -c false]: exit code: 1',
    '[3/3] RUN false',
    ['no'],
    text,
  )
  expect(data).toMatchObject({
    file: 'Dockerfile',
    line: 3,
    instruction: 'RUN false',
    problem: 'exit code: 1',
    output: ['no'],
  })
  expect(message).toBe('Dockerfile:3: RUN false failed (exit code: 1).')
})

test("a rewritten Dockerfile's line is reported as the person's own", () => {
  const text = 'FROM busybox@sha256:0\nLABEL x=y\nRUN false\n'
  expect(failure('exit code: 1', '[2/2] RUN false', [], text, [1, 1, 7]).data).toMatchObject({ line: 7 })
})

test('an instruction over several lines is found where it begins', () => {
  const text = 'FROM busybox\nRUN echo one && \\\n    echo two && \\\n    false\n'
  const step = '[2/2] RUN echo one &&     echo two &&     false'
  expect(failure('exit code: 1', step, [], text).data).toMatchObject({ line: 2 })
})

test('the name of a stage and of a platform do not hide the instruction', () => {
  const text = 'FROM busybox AS base\nRUN false\n'
  expect(failure('exit code: 1', '[base 2/2] RUN false', [], text).data).toMatchObject({ line: 2 })
  expect(failure('exit code: 1', '[linux/amd64 base 2/2] RUN false', [], text).data).toMatchObject({
    line: 2,
  })
})

test('of two equal instructions in two stages, the one of the failing stage is meant', () => {
  const text = 'FROM busybox AS one\nRUN make\nFROM busybox AS two\nRUN make\n'
  expect(failure('exit code: 2', '[two 2/2] RUN make', [], text).data).toMatchObject({ line: 4 })
})

test('variables in an instruction stand for whatever the builder put there', () => {
  const text = 'FROM busybox\nARG A\nRUN test $A = one\nRUN test "${A:-x}" = two && false\n'
  expect(failure('exit code: 1', '[2/3] RUN test  = one', [], text).data).toMatchObject({ line: 3 })
  expect(failure('exit code: 1', '[3/3] RUN test "some value" = two && false', [], text).data).toMatchObject({
    line: 4,
  })
})

test('a Dockerfile that the builder cannot read is described by the line that it names', () => {
  const text = 'FROM busybox\nNONSENSE\n'
  const { data } = failure(
    'dockerfile parse error line 2: unknown instruction: NONSENSE',
    undefined,
    [],
    text,
  )
  expect(data).toMatchObject({ line: 2 })
  expect(data['problem']).toMatch(/unknown instruction: NONSENSE/)
})

test('a failure without a step is reported without a line', () => {
  const { data } = failure('no space left on device', undefined, [], 'FROM busybox\n')
  expect(data).not.toHaveProperty('line')
  expect(data['problem']).toBe('no space left on device')
})

test.each([
  ['failed to read downloaded context: write /data/context: no space left on device', []],
  [
    'exit code: 2',
    ['Unpacking jq …', 'dpkg: error: failed to write: No space left on device', 'E: dpkg failed'],
  ],
])('a full disk is no fault of the Dockerfile, whoever met it: %s', (message, output) => {
  const error = failure(message, '[2/2] RUN apt-get install jq', output, 'FROM a\nRUN apt-get install jq\n')
  expect(error).toMatchObject({ code: 'disk-full', why: expect.stringMatching(/no space left on device$/i) })
})

test("Podman's words are reported as BuildKit's", () => {
  const text = 'FROM busybox\nRUN false\nFROM busybox\nRUN false\nCOPY context/x /\n'
  const ran = 'building at STEP "RUN false": while running runtime: exit status 1'
  expect(failure(ran, '[stage-1 2/3] RUN false', [], text).data).toMatchObject({
    line: 4,
    problem: 'exit code: 1',
  })
  const copied =
    'building at STEP "COPY context/x /": checking on sources under "/var/tmp/b": copier: stat: "/context/x": no such file or directory'
  expect(failure(copied, '[stage-1 3/3] COPY context/x /', [], text).data).toMatchObject({
    line: 5,
    problem: 'the build context has no "x", or an ignore file leaves it out',
  })
})

test('a here-document that the builder does not know is reported as that', () => {
  const text = 'FROM busybox\nRUN <<END\ntrue\nEND\n'
  const message = 'dockerfile parse error line 3: unknown instruction: TRUE'
  expect(failure(message, undefined, [], text).data).toMatchObject({
    line: 3,
    problem: expect.stringMatching(/^the builder of this engine knows no here-documents/),
  })
})

/** As Docker 20.10 and as 28 say it. */
test.each([
  [
    'executor failed running [/bin/sh -c echo "[x]: y"; exit 3]: exit code: 3',
    'process "/bin/sh -c echo \\"[x]: y\\"; exit 3" did not complete successfully: exit code: 3',
    'RUN echo "[x]: y"; exit 3',
    'exit code: 3',
  ],
  [
    'executor failed running [/bin/sh -c true]: unable to find user ghost: no matching entries in passwd file',
    'process "/bin/sh -c true" did not complete successfully: unable to find user ghost: no matching entries in passwd file',
    'RUN true',
    'unable to find user ghost: no matching entries in passwd file',
  ],
  [
    'failed to compute cache key: "/context/nope.txt" not found: not found',
    'failed to compute cache key: failed to calculate checksum of ref lizpr8jg::vfewamgh: "/context/nope.txt": not found',
    'COPY context/nope.txt /',
    'the build context has no "nope.txt", or an ignore file leaves it out',
  ],
  [
    'lstat /var/lib/docker/overlay2/d8594b68/merged/nope: no such file or directory',
    'lstat /nope: no such file or directory',
    'COPY --from=a /nope /',
    'what it copies from has no "/nope"',
  ],
])('older and newer builders are told alike: %s', (older, newer, instruction, problem) => {
  const text = `FROM busybox\nRUN :\n${instruction}\n`
  for (const message of [older, newer]) {
    expect(failure(message, `[3/3] ${instruction}`, [], text).data).toMatchObject({ line: 3, problem })
  }
})

test.each([
  ['RUN <<END', '[3/3] RUN <<END (echo one...)', 'process "/bin/sh -c echo one\nexit 6\n"'],
  ['RUN <<END sh -e', '[3/3] RUN <<END sh -e', 'process "/bin/sh -c <<END sh -e\necho one\nexit 6\nEND"'],
])('a here-document that fails is told where it begins: %s', (instruction, step, ran) => {
  const text = `FROM busybox\nRUN true\n${instruction}\necho one\nexit 6\nEND\n`
  const message = `${ran} did not complete successfully: exit code: 6`
  expect(failure(message, step, ['one'], text).data).toMatchObject({ line: 3, problem: 'exit code: 6' })
})
