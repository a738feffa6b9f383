import { expect, test } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import type { OperationId } from '../../shared/ids.ts'
import type { RecordedEvent } from '../../shared/operation.ts'
import { finish, start } from './command.ts'
import { isRunning } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const plain = { image: 'busybox:1.36', userEnvProbe: 'none' }

/** The events of an operation until its end, or until one that `last` picks. */
async function watch(
  project: TestProject,
  id: OperationId,
  from = 0,
  last: (event: RecordedEvent) => boolean = () => false,
): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = []
  for await (const event of project.engine.watchOperation(project.folder, id, from, project.run().signal)) {
    seen.push(event)
    if (last(event)) break
  }
  return seen
}

const isLog = (text: string) => (recorded: RecordedEvent) =>
  recorded.event.kind === 'log' && recorded.event.text.includes(text)

test('an operation is started by its id, and watched alike by whoever comes, whenever', async () => {
  await using project = await testProject(
    devcontainer({ ...plain, postCreateCommand: 'echo begun; until [ -e go ]; do sleep 0.1; done' }),
  )
  const { engine, folder } = project
  const id = await engine.start((run) => engine.up(folder, { frozen: false }, run))
  const first = await watch(project, id, 0, isLog('begun'))
  const other = createEngine(project.env)
  await expect(other.up(folder, { frozen: false }, project.run())).rejects.toMatchObject({
    code: 'busy',
    data: { operation: id },
  })
  await project.write({ go: '' })
  const rest = await watch(project, id, first.length)
  expect(rest.at(-1)?.event).toEqual({ kind: 'end', state: 'done' })
  expect(await watch(project, id)).toEqual([...first, ...rest])
  expect(await other.operations(folder)).toMatchObject([{ id, kind: 'up', state: 'done' }])
  await engine.settled()
})

test('what the command line does is watched and cancelled from elsewhere, with the environment as before', async () => {
  await using project = await testProject(devcontainer(plain))
  const { engine, folder } = project
  const before = await project.up()
  await project.write(devcontainer({ ...plain, postCreateCommand: 'echo begun; sleep 60' }))
  const child = finish(start(project, ['up']))
  let running: OperationId | undefined
  while (!running) running = (await engine.operations(folder)).find(({ state }) => state === 'running')?.id
  const first = await watch(project, running, 0, isLog('begun'))
  expect(await engine.cancel(folder, running)).toBe(true)
  expect((await child).code).toBe(130)
  const rest = await watch(project, running, first.length)
  expect(rest.at(-1)?.event).toEqual({ kind: 'end', state: 'cancelled' })
  expect(await engine.cancel(folder, running)).toBe(false)
  expect(await isRunning(before.environment.containers[0]?.id ?? '')).toBe(true)
  expect(await project.status()).toMatchObject({ state: 'ready', version: { ordinal: 1 } })
})

test('an operation that failed is listed as that, however much its command printed', async () => {
  await using project = await testProject(
    devcontainer({ ...plain, postCreateCommand: "head -c 200000 /dev/zero | tr '\\0' x; exit 4" }),
  )
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
  expect(await project.engine.operations(project.folder)).toMatchObject([{ state: 'failed' }])
})
