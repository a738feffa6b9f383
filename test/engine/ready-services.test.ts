import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { docker } from './docker.ts'
import { type TestProject, testProject } from './test-project.ts'

const LONG = { timeout: 60_000, interval: 50 }

/** A service that is healthy while the folder has the file `ok`, beside one that ends with 3 once it has `end`. */
const stack = (): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
    userEnvProbe: 'none',
  }),
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    init: true
    command: sleep 100000
    volumes: [".:/work"]
    healthcheck: {test: test -e /work/ok, interval: 2s, retries: 1000}
  db:
    image: busybox:1.36
    init: true
    command: [sh, -c, 'until test -e /work/end; do sleep 0.1; done; exit 3']
    volumes: [".:/work"]
`,
  ok: '',
})

const container = (id = '') => docker().getContainer(id)

/** Restarts the first service without its health, and begins to wait for that again. */
async function awaitAgain(project: TestProject) {
  const { environment } = await project.up()
  const [web, db] = environment.containers
  await rm(path.join(project.folder, 'ok'))
  await container(web?.id).restart({ t: 0 })
  project.events.length = 0
  // It may end before somebody awaits it.
  const result = project.up().then(
    (up) => ({ state: up.environment.state, error: undefined }),
    (error: unknown) => ({ state: undefined, error }),
  )
  await vi.waitFor(
    () => expect(project.events).toContainEqual(expect.objectContaining({ name: 'Health check' })),
    LONG,
  )
  return { db: container(db?.id), result }
}

test('a service that ends while the check of another is awaited is reported, and nothing is called ready', async () => {
  await using project = await testProject(stack())
  const { db, result } = await awaitAgain(project)
  await project.write({ end: '' })
  await vi.waitFor(async () => expect((await db.inspect()).State.Running).toBe(false), LONG)
  await project.write({ ok: '' })
  expect((await result).error).toMatchObject({ code: 'container-exited', data: { service: 'db', code: 3 } })
})

test('an environment of which a container was removed while a check was awaited is not called ready', async () => {
  await using project = await testProject(stack())
  const { db, result } = await awaitAgain(project)
  await db.remove({ force: true })
  await project.write({ ok: '' })
  expect(await result).toMatchObject({ state: 'unhealthy', error: undefined })
})
