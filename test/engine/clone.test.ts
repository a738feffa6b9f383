import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startGitServer } from '../rig/git-server.ts'
import { finish, pristine, start } from './command.ts'
import { devcontainer, testProject } from './test-project.ts'

/** A folder to clone into; what is cloned is removed with it. */
async function desk() {
  const project = await testProject({})
  const folder = path.join(project.folder, 'shop')
  return {
    project,
    folder,
    left: () => readdir(project.folder),
    async [Symbol.asyncDispose]() {
      await project.engine.remove(folder, { data: true, versions: true }, project.run()).catch(() => {})
      await project[Symbol.asyncDispose]()
    },
  }
}

const shop = (mark: string) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { MARK: mark } })

test('one command, from a git URL to a running environment, and again', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  await server.repository('shop', shop('clone-up'), { branches: ['tax'] })
  const first = await pristine(at.project, 'up', `${server.url('shop')}#tax`)
  expect(first).toMatchObject({ code: 0 })
  expect(first.stderr).toMatch(/✓ Connect to 127\.0\.0\.1[\s\S]*✓ Receive objects/)
  expect(first.stdout).toContain('shop: built and running v1')
  const second = await pristine(at.project, 'up', server.url('shop'), '--json')
  expect(JSON.parse(second.stdout)).toMatchObject({ project: { path: at.folder }, action: 'none' })
  expect(second.stderr).toContain('is opened as it is')
  expect(await at.left()).toEqual(['shop'])
})

test('Ctrl-C in the middle of a clone leaves nothing; a kill leaves what the next clone takes away', async () => {
  await using at = await desk()
  for (const [signal, left] of [
    ['SIGINT', []],
    ['SIGKILL', [expect.stringMatching(/^\.shop-[0-9a-f]{8}\.cloning$/)]],
  ] as const) {
    await using server = await startGitServer()
    await server.repository('shop', { ...shop('clone-killed'), big: 'x'.repeat(100_000) })
    const child = start(at.project, ['up', `${server.origin}/slow/shop.git`])
    const exit = once(child, 'exit')
    const finished = finish(child)
    await server.stalled
    child.kill(signal)
    await exit
    expect(await at.left()).toEqual(left)
    if (signal === 'SIGINT') {
      expect(await finished).toMatchObject({
        code: 130,
        stderr: expect.stringContaining('Nothing was left behind.'),
      })
    }
  }
  await using server = await startGitServer()
  await server.repository('shop', shop('clone-killed'))
  expect(await pristine(at.project, 'up', server.url('shop'))).toMatchObject({ code: 0 })
  expect(await at.left()).toEqual(['shop'])
})

test('where it is cloned can be said, and what cannot be is told with its exit code', async () => {
  await using server = await startGitServer()
  await using at = await desk()
  await server.repository('shop', shop('clone-into'))
  const refused = await pristine(at.project, 'up', 'https://ada:canary@example.org/shop', '--json')
  expect(refused.code).toBe(2)
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'clone-refused' } })
  expect(refused.stdout + refused.stderr).not.toContain('canary')
  const planned = await pristine(at.project, 'up', '--plan', server.url('shop'))
  expect(planned).toMatchObject({ code: 2, stderr: expect.stringContaining('--plan only looks') })
  const folder = await pristine(at.project, 'up', '.', '--into', 'x')
  expect(folder).toMatchObject({ code: 2, stderr: expect.stringContaining('--into goes with a git URL') })
  const private_ = await pristine(at.project, 'up', `${server.origin}/private/shop.git`)
  expect(private_).toMatchObject({ code: 1, stderr: expect.stringContaining('You may not read') })
  expect(await at.left()).toEqual([])
  expect(await pristine(at.project, 'up', server.url('shop'), '--into', 'shop')).toMatchObject({ code: 0 })
  const taken = await pristine(at.project, 'up', server.url('other'), '--into', 'shop')
  expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') })
})
