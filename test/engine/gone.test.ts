import { mkdir, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openProject } from '../../main/store/open-project.ts'
import { Window } from '../unit/server/client.ts'
import { serveApp } from '../unit/server/serving.ts'
import { pristine } from './command.ts'
import { thingsOf } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const NOTHING = { containers: [], tags: [], volumes: [] }

/** A desk with a project on it that ran, and whose folder is gone. */
async function goneProject(mark: string) {
  const desk = await testProject({})
  const folder = path.join(desk.folder, 'shop')
  const files = devcontainer({
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { GONE: mark },
    mounts: ['source=records,target=/records,type=volume'],
  })
  await desk.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`shop/${name}`, text])))
  await desk.engine.up(folder, { frozen: false }, desk.run())
  const { path: real, key } = await openProject(folder)
  await rm(folder, { recursive: true })
  return { desk, folder: real, key, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() }
}

test('a project whose folder is gone is cleaned and removed by its former path, through links too', async () => {
  await using gone = await goneProject('cli')
  const { desk, folder, key } = gone
  expect((await pristine(desk, 'list')).stdout).toContain('shop')
  expect(await pristine(desk, 'clean', 'shop')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing to remove'),
  })
  const removed = await pristine(desk, 'rm', folder)
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining(`removed pristine-${key}-`) })
  expect(removed.stdout).toContain('Kept: data (--data), versions (--versions).')
  expect((await thingsOf(key)).containers).toEqual([])

  await symlink(desk.folder, path.join(desk.folder, '../desk'))
  const all = await pristine(desk, '-C', '../desk/shop', 'rm', '--data', '--versions')
  expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining(`removed pristine-${key}-records`) })
  expect(await thingsOf(key)).toEqual(NOTHING)
  // Nothing is left of it on the list, and nobody knows it by now.
  expect((await pristine(desk, 'list')).stdout).not.toContain('shop')
  expect(await pristine(desk, 'rm', folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no folder'),
  })
})

test('only what removes takes a folder that is gone, and no folder that was never a project', async () => {
  await using gone = await goneProject('never')
  const { desk, folder, key } = gone
  for (const verb of ['up', 'status', 'stop', 'reset']) {
    expect({ verb, ...(await pristine(desk, '-C', folder, verb)) }).toMatchObject({ verb, code: 2 })
  }
  for (const other of ['shop-other', 'shop/inner']) {
    expect({ other, ...(await pristine(desk, 'rm', other)) }).toMatchObject({ other, code: 2 })
  }
  expect((await thingsOf(key)).containers).toHaveLength(1)
  // Where a folder is there again, it is the project.
  await mkdir(folder)
  expect(await pristine(desk, 'rm', folder, '--data', '--versions')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Kept: your folder.'),
  })
  expect(await thingsOf(key)).toEqual(NOTHING)
})

test('a window removes it, too, with its data', async () => {
  await using gone = await goneProject('window')
  const { desk, key } = gone
  await using serving = await serveApp({ ...desk.env, HOME: path.dirname(desk.folder) })
  await using window = await Window.open(serving.server)
  const { client } = window
  const toEnd = async (operation: Awaited<ReturnType<typeof client.environment.stop>>['operation']) => {
    let end: unknown
    for await (const { event } of await client.operations.watch({ project: key, operation, from: 0 }))
      end = event
    return end
  }
  const removal = await client.environment.remove({ project: key, data: false, versions: false })
  expect(await toEnd(removal.operation)).toMatchObject({ kind: 'end', state: 'done' })
  const volumes = [`pristine-${key}-records`]
  const chosen = await client.cleanup.remove({ project: key, versions: [], volumes })
  expect(await toEnd(chosen.operation)).toMatchObject({ kind: 'end', state: 'done' })
  expect(await thingsOf(key)).toMatchObject({ containers: [], volumes: [] })
  await desk.engine.remove(gone.folder, { data: true, versions: true }, desk.run())
})

test('a folder that became a link to another project removes nothing of that one', async () => {
  await using gone = await goneProject('link')
  await using other = await testProject(
    devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', containerEnv: { GONE: 'other' } }),
  )
  await other.up()
  await symlink(other.folder, gone.folder)
  const { desk, key } = gone
  await using serving = await serveApp({ ...desk.env, HOME: path.dirname(desk.folder) })
  await using window = await Window.open(serving.server)
  const { environment, cleanup } = window.client
  const missing = { data: { code: 'project-missing' } }
  const all = { project: key, data: true, versions: true }
  await expect(environment.remove(all)).rejects.toMatchObject(missing)
  await expect(cleanup.remove({ project: key, versions: [], volumes: [] })).rejects.toMatchObject(missing)
  expect((await thingsOf(await other.key())).containers).toHaveLength(1)
  await rm(gone.folder)
  await desk.engine.remove(gone.folder, { data: true, versions: true }, desk.run())
})
