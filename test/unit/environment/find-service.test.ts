import { expect, test } from 'vitest'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import { environmentFacts } from '../../../main/container/read-environment.ts'
import { findRunning, findService, findServices } from '../../../main/environment/find-service.ts'
import { openHome } from '../../../main/store/home.ts'
import type { Project } from '../../../main/store/open-project.ts'
import { environmentContainer } from '../container/environment-container.ts'

const home = openHome({ PRISTINE_HOME: '/nowhere' })
const project = { name: 'shop' } as Project
const member = (service: string, more: Partial<EnvironmentContainer> = {}) =>
  environmentContainer(service, { service, set: 'set', entry: 'web', isEntry: service === 'web', ...more })
const factsOf = (...containers: EnvironmentContainer[]) =>
  environmentFacts(containers, { versions: [], containers: containers.map(({ id }) => id) })
const ended = { running: false, exitCode: 3 }
const stack = factsOf(member('db'), member('job', ended), member('web'))

test('a service is found by its name, and without one that in which a person works', async () => {
  expect(await findService(home, project, stack, 'db')).toMatchObject({ id: 'db' })
  expect(await findService(home, project, stack, undefined)).toMatchObject({ id: 'web' })
  const all = await findServices(home, project, stack, undefined)
  expect(all.map(({ id }) => id)).toEqual(['web', 'db', 'job'])
  expect(await findServices(home, project, stack, 'job')).toMatchObject([{ id: 'job' }])
  const one = factsOf(environmentContainer('mine'))
  expect(await findService(home, project, one, undefined)).toMatchObject({ id: 'mine' })
})

test('a name that no service has is refused with the names that there are', async () => {
  await expect(findService(home, project, stack, 'cache')).rejects.toMatchObject({
    code: 'service-unknown',
    exit: 2,
    why: 'Its services are web, db, job.',
  })
  const one = factsOf(environmentContainer('mine'))
  await expect(findService(home, project, one, 'app')).rejects.toMatchObject({
    code: 'service-unknown',
    why: 'It is one container: only Compose files define services.',
  })
  await expect(findServices(home, project, factsOf(), 'db')).rejects.toMatchObject({
    code: 'environment-not-running',
  })
})

test('a command needs a service that runs', async () => {
  expect(await findRunning(home, project, stack, 'db')).toMatchObject({ id: 'db' })
  await expect(findRunning(home, project, stack, 'job')).rejects.toMatchObject({
    code: 'service-not-running',
    why: 'It ended with exit code 3.',
  })
  const never = factsOf(member('web'), member('db', { ...ended, exitCode: 0, stage: 'created' }))
  await expect(findRunning(home, project, never, 'db')).rejects.toMatchObject({ data: { code: null } })
  const paused = factsOf(member('web'), member('db', { paused: true }))
  await expect(findRunning(home, project, paused, 'db')).rejects.toMatchObject({ code: 'environment-paused' })
  const stopped = factsOf(member('web', ended), member('db', ended))
  for (const service of ['db', undefined])
    await expect(findRunning(home, project, stopped, service)).rejects.toMatchObject({
      code: 'environment-not-running',
    })
})

test('where the one to work in was removed, nothing else takes its place', async () => {
  const left = environmentFacts([member('db')], { versions: [], containers: ['web', 'db'] })
  await expect(findRunning(home, project, left, undefined)).rejects.toMatchObject({
    code: 'service-missing',
    data: { service: 'web' },
  })
  expect(await findRunning(home, project, left, 'db')).toMatchObject({ id: 'db' })
})
