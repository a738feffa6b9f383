import { expect, test } from 'vitest'
import type { Action, When } from '../rig/engine-faults.ts'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const proxied = () => startEngineProxy({ target: process.env['DOCKER_HOST'] ?? '' })
const plain = devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' })

test('builds, streams and commands pass through the proxy, and every call is counted', async () => {
  await using proxy = await proxied()
  const files = { '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY big /big\n' }
  await using project = await testProject(
    {
      ...files,
      '.devcontainer/big': 'x'.repeat(2_000_000),
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, userEnvProbe: 'none' }),
    },
    { env: { DOCKER_HOST: proxy.address } },
  )
  expect((await project.up()).action).toBe('built')
  expect(await project.exec('wc -c </big; echo err >&2; exit 3')).toEqual({
    code: 3,
    stdout: '2000000\n',
    stderr: 'err\n',
  })
  const calls = proxy.calls()
  expect(calls.map(({ sequence }) => sequence)).toEqual(calls.map((_, index) => index + 1))
  expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(
    expect.arrayContaining(['GET /_ping', 'POST /build', 'POST /containers/create', 'POST /exec/#/start']),
  )
})

test.each<[When, Action]>([
  ['before', { kind: 'drop' }],
  ['before', { kind: 'reset' }],
  ['before', { kind: 'refuse', status: 500, message: 'no more disk' }],
  ['after', { kind: 'drop' }],
  ['after', { kind: 'reset' }],
  ['after', { kind: 'refuse', status: 500, message: 'no more disk' }],
])('%s the engine carries a call out it can be lost: %o', async (when, action) => {
  await using proxy = await proxied()
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      userEnvProbe: 'none',
      mounts: ['source=data,target=/data,type=volume'],
    }),
    { env: { DOCKER_HOST: proxy.address } },
  )
  const reached = proxy.at(({ path }) => path === '/volumes/create', when, action)
  await expect(project.up()).rejects.toMatchObject({
    code: expect.stringMatching(/^engine-/),
    why: expect.stringMatching(action.kind === 'refuse' ? /^no more disk$/ : /hang up|ECONNRESET/),
  })
  expect((await reached).call).toMatchObject({ method: 'POST', path: '/volumes/create' })
  // What was made for an environment that did not come up goes, whether the engine answered or not.
  expect((await thingsOf(await project.key())).volumes).toEqual([])
})

test('a call that is held goes on when it is released', async () => {
  await using proxy = await proxied()
  await using project = await testProject(plain, { env: { DOCKER_HOST: proxy.address } })
  const before = proxy.at(({ path }) => path === '/containers/create', 'before', { kind: 'hold' })
  const after = proxy.at(({ path }) => path === '/containers/create', 'after', { kind: 'hold' })
  const up = project.up()
  const containers = async () => (await thingsOf(await project.key())).containers.length
  const held = await before
  expect(await containers()).toBe(0)
  held.release()
  const answered = await after
  expect(await containers()).toBe(1)
  answered.release()
  expect((await up).environment.state).toBe('ready')
})
