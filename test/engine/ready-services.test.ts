import { expect, test } from 'vitest'
import { docker } from './docker.ts'
import { testProject } from './test-project.ts'

const SECOND = 'healthcheck: {test: test -e /ok, interval: 1s, retries: 20}'

/** A service whose check passes after three seconds, beside one that runs `other` when it is started again. */
const stack = (other: string): Record<string, string> => ({
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
    command: [sh, -c, 'rm -f /ok; sleep 3; touch /ok; sleep 1000']
    volumes: [".:/work"]
    ${SECOND}
  db:
    image: busybox:1.36
    init: true
    command: [sh, -c, 'if test -e /again; then ${other}; fi; touch /again; sleep 1000']
`,
})

test('a service that ends while the check of another is awaited is reported, and nothing is called ready', async () => {
  await using project = await testProject(stack('sleep 1; exit 3'))
  const { environment } = await project.up()
  for (const { id } of environment.containers) await docker().getContainer(id).restart({ t: 0 })
  await expect(project.up()).rejects.toMatchObject({
    code: 'container-exited',
    data: { service: 'db', code: 3 },
  })
  expect((await project.status()).state).toBe('unhealthy')
})

test('what was removed while a check was awaited is missing in the answer', async () => {
  await using project = await testProject(stack('sleep 1000'))
  const { environment } = await project.up()
  const [web, db] = environment.containers
  if (!web || !db) throw new Error('There are two.')
  await docker().getContainer(web.id).restart({ t: 0 })
  const up = project.up()
  await docker().getContainer(db.id).remove({ force: true })
  expect((await up.catch((error: unknown) => error)) as object).not.toMatchObject({
    environment: { state: 'ready' },
  })
  expect((await project.status()).state).toBe('unhealthy')
})
