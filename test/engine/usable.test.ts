import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { docker, eventsDuring, FILE_EVENTS, thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const DOCKERFILE =
  'FROM busybox:1.36\nRUN echo dev:x:1000:1000::/:/bin/sh >> /etc/passwd && mkdir -p /srv/app\nCMD mkdir -p /scratch/work && exec sleep 86400\n'
const definition = (more: object) => ({
  ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none', ...more }),
  '.devcontainer/Dockerfile': DOCKERFILE,
})

testEven(
  'a user that the image does not know keeps the old environment from being touched, and is told',
  async () => {
    await using project = await testProject(definition({ remoteUser: 'dev', mounts: ['source=v,target=/v'] }))
    const first = await project.up()
    const startedAt = async () => {
      const [container] = (await project.status()).environment.containers
      return (
        await docker()
          .getContainer(container?.id ?? '')
          .inspect()
      ).State.StartedAt
    }
    const before = await startedAt()
    for (const more of [
      { remoteUser: 'ghost' },
      { containerUser: 'ghost', remoteUser: 'dev' },
      { remoteUser: 'ghost', onCreateCommand: 'true' },
    ]) {
      await project.write(definition({ mounts: ['source=v,target=/v'], ...more }))
      project.events.length = 0
      await expect(project.up()).rejects.toMatchObject({
        code: 'remote-user-missing',
        exit: 6,
        data: { user: 'ghost', service: 'app', users: ['root', 'dev'] },
      })
      expect(project.events).not.toContainEqual(expect.objectContaining({ kind: 'step', phase: 'start' }))
    }
    expect(await startedAt()).toBe(before)
    expect((await project.status()).environment.containers).toEqual(first.environment.containers)
    expect((await thingsOf(await project.key())).containers).toHaveLength(1)
    expect(await project.exec('id -un')).toMatchObject({ code: 0, stdout: 'dev\n' })
    // A layer that a container still writes is part of no other's volume: nothing mounts that one before the old is stopped.
    const { events } = await eventsDuring(await project.key(), () =>
      project.engine.takeSnapshot(project.folder, {}, project.run()),
    )
    const died = events.findIndex(({ action }) => action === 'die')
    expect(died).toBeGreaterThan(-1)
    expect(events.slice(0, died).filter(({ action }) => FILE_EVENTS.includes(action))).toEqual([])
  },
)

test('a workspace folder that nothing brings is reported', async () => {
  await using project = await testProject(definition({ workspaceFolder: '/srv/nowhere' }))
  await expect(project.up()).rejects.toMatchObject({
    code: 'workspace-missing',
    exit: 6,
    data: { folder: '/srv/nowhere', service: 'app' },
  })
  expect((await thingsOf(await project.key())).containers).toEqual([])
})

testOdd(
  'a PATH on which nothing lies is told, also where a hook met it first; one without a shell is a warning',
  async () => {
    const withPath = (more: object) => definition({ containerEnv: { PATH: '/opt/tools/bin' }, ...more })
    await using project = await testProject(withPath({}))
    const failure = {
      code: 'programs-unfound',
      exit: 6,
      data: { service: 'app', path: '/opt/tools/bin' },
      hint: expect.stringContaining('"remoteEnv"'),
    }
    await expect(project.up()).rejects.toMatchObject(failure)
    await project.write(withPath({ postCreateCommand: 'touch /tmp/hook' }))
    await expect(project.up()).rejects.toMatchObject(failure)
    // The folder that commands get in front of the image's.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this.
    await project.write(definition({ remoteEnv: { PATH: '/opt/tools/bin:${containerEnv:PATH}' } }))
    await project.up()
    await project.write(
      withPath({
        postCreateCommand: 'echo there > /opt/tools/bin/own',
        mounts: ['source=tools,target=/opt/tools/bin,type=volume'],
      }),
    )
    project.events.length = 0
    expect((await project.up()).environment.state).toBe('ready')
    expect(project.events.filter(({ kind }) => kind === 'warning')).toEqual([
      { kind: 'warning', text: expect.stringMatching(/no "sh" on their PATH, which is \/opt\/tools\/bin\./) },
    ])
  },
)

test.each([
  ['a folder of the image', { workspaceFolder: '/srv/app' }],
  ['a user by number, with a group', { remoteUser: '1000:1000' }],
  [
    'a folder in memory that a program makes',
    {
      workspaceFolder: '/scratch/work',
      runArgs: ['--tmpfs', '/scratch'],
      overrideCommand: false,
      postCreateCommand: 'pwd',
    },
  ],
  ['what a hook of the start makes, in a folder that is there', { postCreateCommand: 'touch made' }],
])('%s is found', async (_, more) => {
  await using project = await testProject(definition(more))
  expect((await project.up()).environment.state).toBe('ready')
})
