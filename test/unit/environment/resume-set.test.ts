import { expect, test } from 'vitest'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import { dependentsOf, planResumption } from '../../../main/environment/set/resume-set.ts'
import { environmentContainer } from '../container/environment-container.ts'

const [along, alone] = [{ restart: true }, { restart: false }]
const services = new Map([
  ['web', { api: along, job: alone }],
  ['api', { db: along }],
  ['job', { db: alone }],
  ['db', {}],
])
const ended = { running: false, exitCode: 0 }
const set = (more: Record<string, Partial<EnvironmentContainer>> = {}) =>
  ['web', 'api', 'db', 'job'].map((service) => {
    const own = service === 'job' ? { ...ended, completed: true as const } : {}
    return environmentContainer(service, { service, set: 'set', ...own, ...more[service] })
  })
const plan = (more: Record<string, Partial<EnvironmentContainer>>, restarted = false) =>
  planResumption({ containers: set(more), ...(restarted && { restarted }) }, services)

test('what is started takes along what is restarted with it, and nothing else', () => {
  expect(plan({ db: ended })).toEqual({ starts: ['web', 'api', 'db'], stops: ['web', 'api'] })
  expect(plan({ api: ended })).toEqual({ starts: ['web', 'api'], stops: ['web'] })
  expect(plan({ web: ended })).toEqual({ starts: ['web', 'job'], stops: [] })
  expect(plan({ web: ended, api: ended, db: ended })).toEqual({
    starts: ['web', 'api', 'db', 'job'],
    stops: [],
  })
})

test('a job that is not done is started with the rest as it is', () => {
  expect(plan({ job: { ...ended, exitCode: 1, completed: undefined } as never })).toEqual({
    starts: ['job'],
    stops: [],
  })
})

test('what is paused goes on, and what was restarted gets its hooks', () => {
  const paused = { paused: true }
  expect(plan({ db: paused })).toEqual({ starts: ['db'], stops: [] })
  expect(plan({}, true)).toEqual({ starts: ['web'], stops: [] })
})

test('a detached container is stopped and started, with what is restarted with it', () => {
  expect(plan({ api: { detached: true } })).toEqual({ starts: ['web', 'api'], stops: ['api', 'web'] })
})

test('only running containers besides the given ones are restarted with them', () => {
  const ids = (more: Record<string, Partial<EnvironmentContainer>>, ...given: string[]) =>
    dependentsOf(set(more), given, services).map(({ id }) => id)
  expect(ids({}, 'db')).toEqual(['web', 'api'])
  expect(ids({ web: ended }, 'db')).toEqual(['api'])
  expect(ids({}, 'db', 'api')).toEqual(['web'])
  expect(ids({}, 'web')).toEqual([])
})
