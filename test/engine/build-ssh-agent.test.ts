import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hasSshAgent, startSshAgent } from '../rig/ssh-agent.ts'
import { pristine } from './command.ts'
import { isRunning } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

const because = hasSshAgent ? '' : 'skipped, because there is no ssh-agent here: '

/**
 * Asks an agent by its protocol: which keys it holds, for a signature of the first, to remove all, and once more. Prints
 * the kinds of the answers (12: keys, 14: signature, 5: failure, 6: success) and the keys' comments.
 */
const ASK = `
const socket = require('node:net').connect(process.env.SSH_AUTH_SOCK)
const string = (bytes) => Buffer.concat([number(bytes.length), bytes])
const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes }
const ask = (...parts) => new Promise((resolve) => {
  socket.once('data', (answer) => resolve(answer.subarray(4)))
  socket.write(string(Buffer.concat(parts)))
})
const keysOf = (answer) => {
  const size = answer.readUInt32BE(5)
  const comment = answer.subarray(13 + size, 13 + size + answer.readUInt32BE(9 + size))
  return { key: answer.subarray(9, 9 + size), told: answer.readUInt32BE(1) + ' ' + comment }
}
const main = async () => {
  const keys = await ask(Buffer.from([11]))
  const { key, told } = keysOf(keys)
  const signed = await ask(Buffer.from([13]), string(key), string(Buffer.from('text')), number(0))
  const removed = await ask(Buffer.from([19]))
  const locked = await ask(Buffer.from([22]), string(Buffer.from('word')))
  const left = await ask(Buffer.from([11]))
  const kinds = [keys, signed, removed, locked, left].map((answer) => answer[0])
  require('node:fs').writeFileSync('/asked', kinds.join(' ') + ', ' + told + ', ' + keysOf(left).told)
  socket.end()
}
main()
`

/** Makes steps that nobody ran before. */
const own = () => `: ${randomBytes(6).toString('hex')};`
const of = (...lines: string[]) => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\n${lines.join('\n')}\n`,
})
const ASKING = () => ({
  ...of(),
  '.devcontainer/Dockerfile': `FROM node:24-bookworm-slim\nCOPY ask.cjs /\nRUN --mount=type=ssh,required ${own()} node /ask.cjs\n`,
  '.devcontainer/ask.cjs': ASK,
})
const AGENT = { kind: 'build-ssh-agent' }

describe.skipIf(!hasSshAgent)(`${because}with an ssh agent`, () => {
  test('a build is given it once that was granted: to use its keys, and nothing more', async () => {
    await using agent = await startSshAgent()
    await using project = await testProject(ASKING(), { env: agent.env })
    const { code, stdout } = await pristine(project, 'up', '--json')
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 7,
      error: { code: 'not-trusted', data: { asked: [AGENT] } },
    })
    const { fingerprint } = JSON.parse(stdout).error.data
    expect(await pristine(project, 'up', '--trust', fingerprint)).toMatchObject({ code: 0 })
    expect((await project.exec('cat /asked')).stdout).toBe(
      '12 14 5 5 12, 1 key of the test, 1 key of the test',
    )
    expect(agent.keys()).toContain('key of the test')
    expect((await project.exec('echo "<$SSH_AUTH_SOCK>"; ls /run/buildkit 2>&1')).stdout).toMatch(/^<>/)
  })

  test('an environment goes on while a watch waits for the grant', async () => {
    await using agent = await startSshAgent()
    await using project = await testProject(of(), { env: agent.env })
    const first = await project.up()
    await using watching = new Watching(project)
    await watching.until('following')
    await project.write(of(`RUN --mount=type=ssh ${own()} test -S "$SSH_AUTH_SOCK" && touch /provided`))
    expect(await watching.until('failed')).toMatchObject({
      error: { code: 'not-trusted', data: { asked: [AGENT] } },
    })
    expect(await isRunning(first.environment.containers[0]?.id ?? '')).toBe(true)
    await project.grant()
    await watching.until('swapped')
    expect(await project.exists('/provided')).toBe(true)
  })
})

test('without an agent nothing is asked for; a build that requires it is reported, another one goes without', async () => {
  await using project = await testProject(of(`RUN --mount=type=ssh ${own()} test ! -e "$SSH_AUTH_SOCK"`), {
    env: { SSH_AUTH_SOCK: '' },
  })
  await project.up()
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/Dockerfile:2: .*ssh agent.*SSH_AUTH_SOCK is not set.*without it/),
  })
  await project.write(of(`RUN --mount=type=ssh,required ${own()} true`))
  await expect(project.up()).rejects.toMatchObject({
    code: 'agent-missing',
    exit: 5,
    hint: expect.stringContaining('ssh-add'),
  })
  expect(await project.status()).toMatchObject({ state: 'ready' })
})

test('an agent that does not answer is reported before the build', async () => {
  await using project = await testProject(of(`RUN --mount=type=ssh,required ${own()} true`), {
    env: { SSH_AUTH_SOCK: '/nowhere/agent' },
  })
  await project.grant()
  await expect(project.up()).rejects.toMatchObject({
    code: 'agent-missing',
    why: expect.stringContaining('/nowhere/agent'),
  })
})
