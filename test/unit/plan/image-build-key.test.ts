import { expect, test } from 'vitest'
import { imageBuildKey, plainImage } from '../../../main/plan/image-build-key.ts'
import type { Plan, PlanService } from '../../../shared/plan.ts'
import { readRun } from '../definition/project.ts'

const run = await readRun({})
const service = (name: string, more: Partial<PlanService> = {}): PlanService => ({
  name,
  dockerfile: 'FROM busybox:1.36\nCOPY a /\n',
  args: { A: '1' },
  context: '.',
  files: [['a', false, 'f'.repeat(64)]],
  images: { 'busybox:1.36': 'docker.io/library/busybox@sha256:0' },
  downloads: {},
  run,
  compose: {},
  ...more,
})
const plan = (services: PlanService[], more: Partial<Plan> = {}): Plan => ({
  ...{ planVersion: 2, file: 'compose.yaml', services, inputs: [], stack: {} },
  ...more,
})
/** The part of a plan that decides the image of its service number `at`. */
const part = (of: Plan, at: number): string => imageBuildKey(of, of.services[at] as PlanService)

test('two further services that are built from the same have the same image, however they run', () => {
  const some = plan([
    service('web'),
    service('worker', { compose: { command: ['work'] }, context: 'other' }),
    service('mail', { run: { ...run, init: true } }),
  ])
  expect(part(some, 1)).toBe(part(some, 2))
  expect(part(some, 1)).not.toBe(part(some, 0))
  const later = plan([service('web'), service('mail')], { inputs: [['x', false, '0'.repeat(64)]] })
  expect(part(later, 1)).toBe(part(some, 2))
})

test('whatever its build reads is another image', () => {
  const of = (more: Partial<PlanService>) => part(plan([service('web'), service('db', more)]), 1)
  const changed: Partial<PlanService>[] = [
    { dockerfile: 'FROM busybox:1.36\n' },
    { target: 'dev' },
    { args: { A: '2' } },
    { args: { A: { template: '1', sha256: '0' } } },
    { files: [['a', true, 'f'.repeat(64)]] },
    { images: { 'busybox:1.36': 'docker.io/library/busybox@sha256:1' } },
    { downloads: { 'https://x': 'sha256:0' } },
    { onbuild: { 'busybox:1.36': ['RUN true'] } },
  ]
  expect(new Set([of({}), ...changed.map(of)]).size).toBe(changed.length + 1)
})

test('of the first service, how it runs counts, and where hooks are baked the inputs, too', () => {
  const first = (more: Partial<PlanService>, inputs: Plan['inputs'] = []) =>
    part(plan([service('web', more)], { inputs }), 0)
  expect(first({ run: { ...run, containerEnv: { A: 'b' } } })).not.toBe(first({}))
  const input: Plan['inputs'] = [['package-lock.json', false, '0'.repeat(64)]]
  expect(first({}, input)).toBe(first({}))
  const baking = { run: { ...run, hooks: { onCreateCommand: 'npm ci' } } }
  expect(first(baking, input)).not.toBe(first(baking))
})

test('only a service that names an image runs that image as it is', () => {
  const of = (more: Partial<PlanService>) =>
    plainImage(service('db', { dockerfile: 'FROM redis:7\n', ...more }))
  expect(of({})).toBe('redis:7')
  expect(of({ onbuild: { 'redis:7': null } })).toBe('redis:7')
  expect(of({ onbuild: { 'redis:7': ['RUN true'] } })).toBeUndefined()
  expect(of({ dockerfile: 'FROM constructor\n', onbuild: {} })).toBe('constructor')
  expect(of({ dockerfile: 'FROM scratch\n' })).toBeUndefined()
  expect(of({ dockerfile: 'FROM redis:7 AS one\n' })).toBeUndefined()
  expect(of({ dockerfile: 'FROM redis:7\nRUN true\n' })).toBeUndefined()
})
