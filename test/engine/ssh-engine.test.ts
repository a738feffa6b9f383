import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isFree, unusedPort } from '../rig/port.ts'
import { pristine } from './command.ts'
import { devcontainer, testProject } from './test-project.ts'

const SSHD = '/usr/sbin/sshd'
const missing = existsSync(SSHD) ? '' : `skipped, because ${SSHD} is not there: `

/** What the other computer runs instead of Docker's client, which may not be there: it passes bytes on to its engine. */
const DIAL = `
if (process.env.SSH_ORIGINAL_COMMAND !== 'docker system dial-stdio') process.exit(9)
const socket = require('node:net').connect(process.argv[2])
process.stdin.pipe(socket).pipe(process.stdout)
`

/** A real sshd on a port of this computer, which lets one key in, and a configuration of ssh that knows it. */
async function startSshd(engine: string) {
  const at = await mkdtemp(path.join(tmpdir(), 'pristine-ssh-'))
  const file = (name: string) => path.join(at, name)
  for (const key of ['host', 'own', 'stranger'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)])
  const port = await unusedPort()
  await writeFile(file('dial.cjs'), DIAL)
  const command = `command="${process.execPath} ${file('dial.cjs')} ${engine.slice('unix://'.length)}"`
  await writeFile(file('keys'), `${command} ${await readFile(file('own.pub'), 'utf8')}`)
  const server = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('keys')}`,
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'StrictModes no', 'UsePAM no'],
    `PidFile ${file('pid')}`,
  ]
  await writeFile(file('sshd_config'), `${server.join('\n')}\n`)
  await writeFile(
    file('known'),
    `[127.0.0.1]:${port} ${(await readFile(file('host.pub'), 'utf8')).split(' ', 2).join(' ')}\n`,
  )
  const client = [
    `IdentityFile ${file('identity')}`,
    `UserKnownHostsFile ${file('known')}`,
    'GlobalKnownHostsFile /dev/null',
    'IdentitiesOnly yes',
  ]
  await writeFile(file('config'), `${client.join('\n')}\n`)
  // ssh reads its configuration from the folder of the account, whatever HOME says.
  await mkdir(file('bin'))
  await writeFile(
    file('bin/ssh'),
    `#!/bin/sh\necho x >> ${at}/calls\nexec /usr/bin/ssh -F ${at}/config "$@"\n`,
  )
  await chmod(file('bin/ssh'), 0o755)
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const sshd = spawn(SSHD, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' })
  while (await isFree(port)) await pause(20)
  return {
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    path: `${file('bin')}:${process.env['PATH']}`,
    /** Uses a key from now on. */
    identify: async (key: 'own' | 'stranger') => {
      await writeFile(file('identity'), await readFile(file(key)), { mode: 0o600 })
    },
    calls: async () => (await readFile(file('calls'), 'utf8')).length / 2,
    async [Symbol.asyncDispose]() {
      const gone = once(sshd, 'exit')
      sshd.kill()
      await gone
      await rm(at, { recursive: true, force: true })
    },
  }
}

test.skipIf(missing || process.getuid?.() !== 0)(
  `${missing}an engine is reached through ssh, with few connections, and who may not come in is told so`,
  async () => {
    await using sshd = await startSshd(process.env['DOCKER_HOST'] ?? '')
    await using project = await testProject(
      {
        ...devcontainer({
          build: { dockerfile: 'Dockerfile' },
          userEnvProbe: 'none',
          secrets: { TOKEN: {} },
        }),
        '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN --mount=type=secret,id=TOKEN,required : ${process.pid}; wc -c < /run/secrets/TOKEN > /length\n`,
      },
      { env: { PRISTINE_SECRET_TOKEN: 'canary' } },
    )
    await project.grant()
    await sshd.identify('own')
    Object.assign(project.env, { DOCKER_HOST: sshd.address, PATH: sshd.path })
    const up = await pristine(project, 'up', '--json')
    expect(JSON.parse(up.stdout)).toMatchObject({ action: 'built', environment: { state: 'ready' } })
    const before = await sshd.calls()
    expect(JSON.parse((await pristine(project, 'status', '--json')).stdout)).toMatchObject({ state: 'ready' })
    expect((await sshd.calls()) - before).toBeLessThan(10)
    expect((await pristine(project, 'exec', '--', 'cat', '/length')).stdout).toBe('6\n')
    expect((await pristine(project, 'rm', '--data', '--versions')).code).toBe(0)

    await sshd.identify('stranger')
    const { places } = JSON.parse((await pristine(project, 'doctor', '--json')).stdout)
    expect(places[0]).toMatchObject({
      address: sshd.address,
      chosen: true,
      found: { kind: 'other', problem: expect.stringContaining('Permission denied') },
    })
    const status = await pristine(project, 'status', '--json')
    expect(status.code).toBe(4)
    expect(JSON.parse(status.stdout)).toMatchObject({ error: { code: 'engine-unreachable' } })
  },
)
