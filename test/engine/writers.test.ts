import { expect, test } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { writers } from '../writers/writers.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, testProject } from './test-project.ts'

test('while one writer works on a project another gets an error, and readers are not kept waiting', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      postCreateCommand: 'echo begun; until [ -e go ]; do sleep 0.1; done',
    }),
  )
  // Where there is git, a file that a hook names counts only once it is tracked.
  git(project.folder, 'init', '-q')
  let begun: () => void = () => {}
  const inHook = new Promise<void>((resolve) => {
    begun = resolve
  })
  const up = project.engine.up(
    project.folder,
    { frozen: false },
    { signal: new AbortController().signal, report: (event) => event.kind === 'log' && begun() },
  )
  await inHook
  const other = createEngine(project.env)
  const run = project.run()
  const refused = { code: 'busy', data: { what: 'bringing up project', pid: process.pid } }
  await expect(other.up(project.folder, { frozen: false }, run)).rejects.toMatchObject(refused)
  await expect(other.reset(project.folder, {}, run)).rejects.toMatchObject(refused)
  await expect(other.stop(project.folder, run)).rejects.toMatchObject(refused)
  await expect(other.remove(project.folder, { data: true, versions: true })).rejects.toMatchObject(refused)
  await expect(other.lock(project.folder, {}, run)).rejects.toMatchObject(refused)
  expect(await other.status(project.folder, undefined, run)).toMatchObject({ state: 'starting' })
  expect(await other.versions(project.folder)).toMatchObject([{ ordinal: 1, knownGood: false }])
  await project.write({ go: '' })
  expect((await up).environment.state).toBe('ready')
  expect((await other.up(project.folder, { frozen: false }, run)).action).toBe('none')
})

test.each(['status', 'drift'] as const)(
  '%s of an environment that is being replaced tells of the new one',
  async (verb) => {
    await using proxy = await startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
    await project.up()
    const reader = createEngine({ ...project.env, DOCKER_HOST: proxy.address })
    const reached = proxy.at(({ path }) => path === '/containers/#/changes', 'before', { kind: 'hold' })
    const told =
      verb === 'status'
        ? reader.status(project.folder, undefined, project.run())
        : reader.drift(project.folder)
    const { release } = await reached
    const { environment } = await project.reset()
    release()
    expect(await told).toMatchObject(
      verb === 'status' ? { state: 'ready', environment } : { drift: { changes: 0 } },
    )
  },
)

test('what a writer left that was killed is removed by the next one', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
  const first = await project.up()
  const { Config, HostConfig } = await inspect(first)
  // What stands there when the program dies between starting the new container and making it the current one.
  const orphan = await docker().createContainer({ ...Config, Hostname: '', HostConfig } as never)
  await orphan.start()
  expect((await project.up()).environment).toEqual(first.environment)
  expect((await thingsOf(await project.key())).containers).toHaveLength(1)
})

// 200 rounds: npm run test:writers
test('eight processes at one project hear of no other failure than that it is busy, and leave one environment', async () => {
  const { outcomes, wrong } = await writers(2)
  expect(outcomes.filter(({ kind }) => kind === 'wrong')).toEqual([])
  expect(outcomes).toHaveLength(16)
  expect(wrong).toEqual([])
})
