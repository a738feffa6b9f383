import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { hasSshAgent, startSshAgent } from '../rig/ssh-agent.ts'
import { halves } from '../sample.ts'
import { pristine, start } from './command.ts'
import { inspect } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const execute = promisify(execFile)
const TOOLS = 'node:24-bookworm-slim'
const of = (more: object = {}) => devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', ...more })
const IDENTITY = 'echo "$GIT_AUTHOR_NAME <$GIT_COMMITTER_EMAIL>"'

/** A person with a git of their own, at home in the test's folder. */
async function withGit(project: TestProject, settings: Record<string, string>): Promise<void> {
  const home = path.dirname(project.folder)
  Object.assign(project.env, { HOME: home, GIT_CONFIG_NOSYSTEM: '1' })
  for (const [name, value] of Object.entries(settings)) await git(project, 'config', '--global', name, value)
}
const git = (project: TestProject, ...args: string[]) =>
  execute('git', args, { cwd: project.folder, env: project.env as NodeJS.ProcessEnv })

describe('the git identity', () => {
  testEven(
    'is given to commands and hooks of a start, once the person said so, and is part of nothing',
    async () => {
      await using project = await testProject(
        of({
          onCreateCommand: `${IDENTITY} > /created`,
          postStartCommand: `${IDENTITY} > /started`,
        }),
      )
      await withGit(project, { 'user.name': 'Ada Lovelace', 'user.email': 'ada@example.org' })
      const first = await project.up()
      expect(await project.exec(IDENTITY)).toMatchObject({ stdout: ' <>\n' })
      const { code, stdout } = await pristine(project, 'settings', 'git-identity', 'on', '--json')
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({
        code: 0,
        settings: { gitIdentity: true, sshAgent: false },
      })
      const again = await project.up()
      expect(again).toMatchObject({ action: 'none', version: { id: first.version.id } })
      expect(await project.exec(IDENTITY)).toMatchObject({ stdout: 'Ada Lovelace <ada@example.org>\n' })
      const after = await project.reset()
      expect(await project.exec('cat /created /started')).toMatchObject({
        stdout: ' <>\nAda Lovelace <ada@example.org>\n',
      })
      expect(JSON.stringify(await inspect(after))).not.toContain('Lovelace')
      expect(await pristine(project, 'run', '--', 'sh', '-c', IDENTITY)).toMatchObject({
        stdout: 'Ada Lovelace <ada@example.org>\n',
      })
    },
  )

  test('is the person’s, and where the repository has its own, that one', async () => {
    await using project = await testProject(of())
    await withGit(project, { 'user.name': 'Ada', 'user.email': 'ada@example.org' })
    await pristine(project, 'settings', 'git-identity', 'on')
    await git(project, 'init', '-q')
    await project.up()
    await git(project, 'config', 'user.email', 'somebody@repository.example')
    expect(await project.exec(IDENTITY)).toMatchObject({ stdout: 'Ada <>\n' })
    await withGit(project, {
      [`includeIf.gitdir:${project.folder}/.path`]: path.join(project.folder, '../work.inc'),
    })
    await git(project, 'config', '--unset', 'user.email')
    await git(project, 'config', '--file', '../work.inc', 'user.email', 'ada@work.example')
    expect(await project.exec(IDENTITY)).toMatchObject({ stdout: 'Ada <ada@work.example>\n' })
  })

  test('a definition that names one itself is followed, and a computer without git keeps nobody from working', async () => {
    await using project = await testProject(of({ remoteEnv: { GIT_AUTHOR_NAME: 'Bot' } }))
    await withGit(project, { 'user.name': 'Ada' })
    await pristine(project, 'settings', 'git-identity', 'on')
    await project.up()
    expect(await project.exec(IDENTITY)).toMatchObject({ stdout: 'Bot <>\n' })
    project.env['PATH'] = '/nowhere'
    expect(await project.exec('echo still')).toMatchObject({ stdout: 'still\n' })
    await project.reset()
    expect(JSON.stringify(project.events)).toContain('Your git name and e-mail address are not forwarded.')
  })
})

/** `ssh-add` of this computer, which the images here lack, given to a container whose libraries are the same. */
const withSshAdd = (more: object = {}) =>
  of({
    image: TOOLS,
    mounts: ['source=/usr/bin/ssh-add,target=/usr/bin/ssh-add,type=bind,readonly'],
    ...more,
  })

const given = (project: TestProject, ...args: string[]) => pristine(project, 'settings', 'ssh-agent', ...args)

describe.skipIf(!hasSshAgent)('the ssh agent', () => {
  testOdd(
    'is given to one project, once that was chosen and granted, by another container of the same version',
    async () => {
      await using agent = await startSshAgent()
      await using project = await testProject(withSshAdd(), { env: agent.env })
      await project.grant()
      const first = await project.up()
      expect(await project.exec('ssh-add -l')).toMatchObject({ code: 2 })
      expect(await given(project, 'on')).toMatchObject({ code: 0 })

      const refused = await pristine(project, 'up', '--json')
      const { error } = JSON.parse(refused.stdout)
      expect({ code: refused.code, asked: error.data.asked }).toEqual({
        code: 7,
        asked: [{ kind: 'ssh-agent' }],
      })
      const second = await project.up({ trust: error.data.fingerprint })
      expect(second).toMatchObject({ action: 'recreated', version: { id: first.version.id } })
      expect(second.because).toMatchObject([{ input: 'your ssh agent', from: null }])
      expect(await project.exec('ssh-add -l')).toMatchObject({ code: 0, stdout: agent.keys() })
      expect(await project.up()).toMatchObject({ action: 'none' })
      expect((await project.status()).drift).toMatchObject({ changes: 0 })
      // Its keys can be used, and the agent stays as it is.
      expect((await project.exec('ssh-add -D')).code).not.toBe(0)
      expect(agent.keys()).not.toBe('')
      const run = await pristine(project, 'run', '--', 'ssh-add', '-l')
      expect(run).toMatchObject({ code: 0, stdout: agent.keys() })

      // Nothing of it is left when nobody works there.
      const [sockets] = await readdir(path.join(project.env['PRISTINE_HOME'] ?? '', 'agents'))
      expect(await readdir(path.join(project.env['PRISTINE_HOME'] ?? '', 'agents', sockets ?? ''))).toEqual(
        [],
      )
      expect(await given(project, 'off')).toMatchObject({ code: 0 })
      expect((await project.exec('ssh-add -l')).code).toBe(2)
      expect(await project.up()).toMatchObject({ action: 'recreated', version: { id: first.version.id } })
      expect((await inspect(await project.up())).Mounts.map(({ Destination }) => Destination)).not.toContain(
        '/run/pristine-agent',
      )
    },
  )

  testEven(
    'of another login is the one that is used; without one the environment starts, and it is said',
    async () => {
      await using project = await testProject(withSshAdd({ postStartCommand: 'ssh-add -l > /keys || true' }))
      await given(project, 'on')
      await project.grant()
      delete project.env['SSH_AUTH_SOCK']
      await project.up()
      expect(JSON.stringify(project.events)).toContain('SSH_AUTH_SOCK is not set')
      {
        await using before = await startSshAgent()
        project.env['SSH_AUTH_SOCK'] = before.env.SSH_AUTH_SOCK
        expect(await project.exec('ssh-add -l')).toMatchObject({ stdout: before.keys() })
      }
      // Its socket is gone now, as after a new login.
      project.events.length = 0
      await project.engine.stop(project.folder, project.run())
      expect(await project.up()).toMatchObject({ action: 'started' })
      expect(JSON.stringify(project.events)).toContain('Nothing answers at')
      await using after = await startSshAgent()
      project.env['SSH_AUTH_SOCK'] = after.env.SSH_AUTH_SOCK
      await project.engine.restart(project.folder, project.run())
      expect(await project.exec('cat /keys')).toMatchObject({ stdout: after.keys() })
    },
  )

  testOdd(
    'can be used by whoever the definition runs commands as, also where the root is read-only',
    async () => {
      await using agent = await startSshAgent()
      const more = { remoteUser: 'node', customizations: { pristine: { sealed: true } } }
      await using project = await testProject(withSshAdd(more), { env: agent.env })
      await given(project, 'on')
      await project.grant()
      await project.up()
      expect(await project.exec('id -un && ssh-add -l')).toMatchObject({ stdout: `node\n${agent.keys()}` })
    },
  )

  test('a process that was killed leaves a socket that the next one takes away', async () => {
    await using agent = await startSshAgent()
    await using project = await testProject(of(), { env: agent.env })
    await given(project, 'on')
    await project.grant()
    await project.up()
    const sockets = async () => (await project.exec('ls /run/pristine-agent')).stdout.trim().split('\n')
    const killed = start(project, ['exec', '--', 'sh', '-c', 'echo begun; sleep 60'])
    await new Promise((resolve) => killed.stdout?.once('data', resolve))
    expect(await sockets()).toHaveLength(2)
    killed.kill('SIGKILL')
    await new Promise((resolve) => killed.once('exit', resolve))
    expect(await sockets()).toHaveLength(1)
  })
})
