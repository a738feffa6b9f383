import { expect, test } from 'vitest'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { parsePlan } from '../../../main/plan/plan-store.ts'
import { sameContent } from '../../../main/plan/same-content.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { Plan, type PlanService } from '../../../shared/plan.ts'
import { scratch } from '../inputs/scratch.ts'
import { FORM_1, FORM_1_FILES } from './form-1.ts'

const old = Plan.parse(JSON.parse(FORM_1.text))
const now: Plan = { ...structuredClone(old), planVersion: 2 }
const serviceOf = ({ services }: Plan): PlanService => services[0] as PlanService
const changed = (change: Partial<PlanService>): Plan => ({
  ...now,
  services: [{ ...serviceOf(now), ...change }],
})

test('a plan of form 1 is read as the version that it made', () => {
  expect(parsePlan(FORM_1.text, FORM_1.id)).toEqual(old)
})

test("today's plan of a project that did not change is known to be the same as the one of form 1", async () => {
  await using folder = await scratch(FORM_1_FILES)
  await folder.write('shop/src/run.sh', 'echo hello\n', 0o755)
  await folder.link('shop/src/link', 'run.sh')
  const planner = {
    home: openHome({ PRISTINE_HOME: folder.at('home') }),
    env: { TOKEN: 'x' },
    engine: () => Promise.reject(new Error('nobody asks')),
  }
  const planned = await planProject(
    planner,
    await openProject(folder.at('shop')),
    { frozen: true },
    silentRun(),
  )
  expect(planned.plan.planVersion).toBe(2)
  expect(sameContent(old, planned.plan, false)).toBeDefined()
})

test('only a plan of form 2 is compared with one of form 1', () => {
  expect(sameContent(old, now, false)).toEqual({ recorded: [] })
  expect(sameContent(old, now, true)).toEqual({ recorded: [] })
  expect(sameContent(old, old, false)).toBeUndefined()
  expect(sameContent(now, now, false)).toBeUndefined()
  expect(sameContent(now, old, false)).toBeUndefined()
})

test.each<[string, Plan]>([
  ['definition', { ...now, file: 'Dockerfile' }],
  ['lockfile', { ...now, inputs: [['package-lock.json', false, 'f'.repeat(64)]] }],
  ['lockfile that is gone', { ...now, inputs: [] }],
  ['Dockerfile', changed({ dockerfile: 'FROM busybox:1.36 AS dev\n' })],
  ['target', changed({ target: 'other' })],
  ['argument', changed({ args: { LEVEL: '2' } })],
  ['context', changed({ context: 'src' })],
  ['copied file', changed({ files: [['src/run.sh', true, 'f'.repeat(64)]] })],
  ['mode', changed({ files: serviceOf(now).files.map(([name, , hash]) => [name, false, hash]) })],
  ['new copied file', changed({ files: [...serviceOf(now).files, ['src/new', false, 'f'.repeat(64)]] })],
  ['pin', changed({ images: { 'busybox:1.36': `docker.io/library/busybox@sha256:${'2'.repeat(64)}` } })],
  ['setting', changed({ run: { ...serviceOf(now).run, containerEnv: { MODE: 'prod' } } })],
  ['new setting', changed({ run: { ...serviceOf(now).run, containerUser: 'node' } })],
  ['number of services', { ...now, services: [serviceOf(now), serviceOf(now)] }],
])('another %s is another version', (_, plan) => {
  expect(sameContent(old, plan, false)).toBeUndefined()
})

test('inputs that form 1 did not record are no reason to build, where no hook may have read them', () => {
  const more: Plan = { ...now, inputs: [...now.inputs, ['web/package-lock.json', false, 'f'.repeat(64)]] }
  expect(sameContent(old, more, false)).toEqual({ recorded: ['web/package-lock.json'] })
  expect(sameContent(old, more, true)).toBeUndefined()
})

test('references with a digest, which form 1 did not record, are the same where the Dockerfile is', () => {
  const digest = `sha256:${'3'.repeat(64)}`
  const images = { ...serviceOf(now).images, [`debian@${digest}`]: `docker.io/library/debian@${digest}` }
  expect(sameContent(old, changed({ images }), false)).toEqual({ recorded: [] })
  const other = { ...serviceOf(now).images, 'debian:bookworm': `docker.io/library/debian@${digest}` }
  expect(sameContent(old, changed({ images: other }), false)).toBeUndefined()
})

test('what hooks were baked for, which form 1 did not record, is a reason to build', () => {
  const baked = { workspaceFolder: '/workspaces/shop', values: {} }
  expect(sameContent(old, changed({ baked }), true)).toBeUndefined()
})

test('what hooks may have read is known to be the same where the build had it', () => {
  const [, run] = serviceOf(old).files
  const more: Plan = { ...now, inputs: [...now.inputs, run as Plan['inputs'][number]] }
  expect(sameContent(old, more, true)).toEqual({ recorded: ['src/run.sh'] })
  const other: Plan = { ...now, inputs: [...now.inputs, ['src/run.sh', true, 'f'.repeat(64)]] }
  expect(sameContent(old, other, true)).toBeUndefined()
})

test('a field that nobody decided on is a reason to build', () => {
  expect(sameContent(old, { ...now, unknown: 1 } as Plan, false)).toBeUndefined()
  expect(sameContent(old, changed({ unknown: 1 } as Partial<PlanService>), false)).toBeUndefined()
})
