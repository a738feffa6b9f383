import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { finish, pristine, start } from './command.ts'
import { hasTerminal, onTerminal } from './on-terminal.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const of = (more: object) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
const host = of({ runArgs: ['--pid=host'] })
const ASKED = 'pid namespace of this computer'

interface Document {
  error?: { code: string; why: string; hint: string; data: { fingerprint: string } }
  trust?: { granted: boolean; fingerprint: string }
}
const document = (stdout: string) => JSON.parse(stdout) as Document

testEven('without a terminal nothing is granted but by its fingerprint', async () => {
  await using project = await testProject(host)
  for (const args of [
    ['up'],
    ['up', '-y'],
    ['up', '--no-input'],
    ['watch'],
    ['run', '--', 'true'],
    ['trust'],
    ['trust', '-y'],
  ]) {
    const { code, stderr } = await finish(start(project, args), 'y\ny\n')
    expect({ args, code }).toEqual({ args, code: 7 })
    expect(stderr).toContain(ASKED)
  }
  const refused = await pristine(project, 'up', '--json', '-y')
  const { error } = document(refused.stdout)
  expect({ code: refused.code, error }).toMatchObject({ code: 7, error: { code: 'not-trusted' } })
  const fingerprint = error?.data.fingerprint ?? ''
  expect(error?.hint).toContain(`--trust ${fingerprint}`)
  const unknown = await pristine(project, 'up', '--trust', 'f'.repeat(64))
  expect(unknown).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('--trust ffffffffffff… names nothing that was shown of it'),
  })
  for (const wrong of ['yes', fingerprint.slice(0, 12), '']) {
    const { code, stderr } = await pristine(project, 'up', '--trust', wrong)
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('fingerprint of 64 digits'),
    })
  }

  const shown = await pristine(project, 'trust', '--show', '--json')
  expect(document(shown.stdout).trust).toMatchObject({ granted: false, fingerprint })
  expect(await pristine(project, 'up', '--trust', fingerprint)).toMatchObject({ code: 0 })
  expect(await pristine(project, 'up', '--frozen')).toMatchObject({ code: 0 })
  expect((await pristine(project, 'trust')).stdout).toContain(`granted  ${ASKED}`)
  expect((await pristine(project, 'trust', '--revoke')).stdout).toContain(`asked    ${ASKED}`)
  expect(await pristine(project, 'restart')).toMatchObject({ code: 7 })
  expect(await pristine(project, 'reset')).toMatchObject({ code: 7 })
  expect(await pristine(project, 'reset', '--trust', fingerprint)).toMatchObject({ code: 0 })
})

test('a definition that changed after it was looked at is refused, and says what it asks for now', async () => {
  await using project = await testProject(host)
  const { trust } = document((await pristine(project, 'trust', '--show', '--json')).stdout)
  await project.write(of({ runArgs: ['--ipc=host', '--cap-add=SYS_PTRACE'] }))
  const given = trust?.fingerprint ?? ''
  const { code, stderr } = await pristine(project, 'up', '--trust', given)
  expect(code).toBe(7)
  const told = stderr.split('\n').map((line) => line.trim())
  expect(told).toContain(
    `--trust ${given.slice(0, 12)}… granted something else, as it was shown before. Since then:`,
  )
  expect(told).toContain('it asks, too, for ipc namespace of this computer')
  expect(told).toContain('it asks, too, for Linux capability SYS_PTRACE')
  expect(told).toContain(`it no longer asks for ${ASKED}`)
  const now = document((await pristine(project, 'trust', '--show', '--json')).stdout).trust?.fingerprint
  expect(stderr).toContain(`To grant exactly this, give --trust ${now}`)
})

testOdd('several may be given: what an image asks for is known after it was built', async () => {
  const label = `LABEL devcontainer.metadata='{"capAdd": ["SYS_PTRACE"]}'`
  await using project = await testProject({
    ...of({ image: undefined, build: { dockerfile: 'Dockerfile' }, runArgs: ['--pid=host'] }),
    '.devcontainer/Dockerfile': `FROM busybox:1.36\n${label}\n`,
  })
  const first = document((await pristine(project, 'up', '--json')).stdout).error?.data.fingerprint ?? ''
  const second =
    document((await pristine(project, 'up', '--trust', first, '--json')).stdout).error?.data.fingerprint ?? ''
  expect(second).not.toBe(first)
  expect(await pristine(project, 'trust', '--revoke')).toMatchObject({ code: 0 })
  expect(await pristine(project, 'up', '--trust', first, '--trust', second)).toMatchObject({ code: 0 })
})

test('what a command holds does not command the terminal, and is shown', async () => {
  await using project = await testProject(
    of({ initializeCommand: 'make \u001b]52;c;aGk=\u0007 \u001b[2K\u202ehs.ko' }),
  )
  for (const args of [['up'], ['trust', '--show'], ['trust']]) {
    const { stdout, stderr } = await pristine(project, ...args)
    expect(stdout + stderr).toContain('make \\u{1b}]52;c;aGk=\\u{7} \\u{1b}[2K\\u{202e}hs.ko')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(stdout + stderr).not.toMatch(/[\x07\u202e]|\x1b\]|\x1b\[2K/)
  }
})

test.skipIf(!hasTerminal)('on a terminal what is asked is shown, and no answer is no', async () => {
  await using project = await testProject(host)
  const prompt = '[y/N]'
  for (const answer of ['\\r', 'n\\r', 'ye\\r']) {
    const refused = await onTerminal(project, ['up'], [[prompt, answer]])
    expect(refused.stdout).toContain(ASKED)
    expect(refused.code).toBe(7)
  }
  expect(await onTerminal(project, ['up'], [[prompt, '\\x03']])).toMatchObject({ code: 130 })
  expect(await onTerminal(project, ['up'], [[prompt, '\\x04']])).toMatchObject({ code: 130 })
  expect(await onTerminal(project, ['up', '--no-input'])).toMatchObject({ code: 7 })
  expect(await onTerminal(project, ['up', '-y', '--json'])).toMatchObject({ code: 7 })
  expect(await onTerminal(project, ['trust'], [[prompt, 'n\\r']])).toMatchObject({ code: 7 })
  expect(await onTerminal(project, ['run', '--', 'echo', 'inside'], [[prompt, 'y\\r']])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('inside'),
  })
  expect(await onTerminal(project, ['up'])).toMatchObject({ code: 0 })
  await pristine(project, 'trust', '--revoke')
  expect(await onTerminal(project, ['trust'], [[prompt, 'yes\\r']])).toMatchObject({ code: 0 })
  expect(await pristine(project, 'up')).toMatchObject({ code: 0 })
})
