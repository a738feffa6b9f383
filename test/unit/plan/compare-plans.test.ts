// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePlans } from '../../../main/plan/compare-plans.ts'
import { versionId } from '../../../main/plan/plan-store.ts'
import type { Plan, PlanService } from '../../../shared/plan.ts'

const sha = (digit: string) => digit.repeat(64)
const run: PlanService['run'] = {
  workspaceFolder: '/workspaces/shop',
  workspaceMount: null,
  containerEnv: {},
  remoteEnv: {},
  userEnvProbe: 'none',
  mounts: [],
  init: true,
  overrideCommand: true,
  ports: [],
  publishExposed: false,
  hooks: {},
  options: {},
}
const service: PlanService = {
  name: 'app',
  dockerfile: 'FROM node:24\n',
  args: {},
  context: '.',
  files: [],
  images: { 'node:24': `docker.io/library/node@sha256:${sha('1')}` },
  downloads: {},
  run,
}
const plan = (change: Partial<PlanService> = {}, inputs: Plan['inputs'] = []): Plan => ({
  planVersion: 2,
  file: '.devcontainer/devcontainer.json',
  services: [{ ...service, ...change }],
  inputs,
})
const names = (from: Plan, to: Plan) => comparePlans(from, to).map((change) => change.input)

test('another form of plan is reported', () => {
  expect(comparePlans({ ...plan(), planVersion: 1 }, plan())).toEqual([
    { input: "plan's form", from: '1', to: '2', kind: 'form' },
  ])
})

test('equal plans differ in nothing', () => {
  expect(comparePlans(plan(), plan())).toEqual([])
})

test('another image is reported once, by both names; a pin that moved by its reference', () => {
  const other = plan({
    dockerfile: 'FROM node:25\n',
    images: { 'node:25': `docker.io/library/node@sha256:${sha('2')}` },
  })
  expect(comparePlans(plan(), other)).toEqual([
    { input: 'image', from: 'node:24', to: 'node:25', kind: 'image' },
  ])
  const moved = plan({ images: { 'node:24': `docker.io/library/node@sha256:${sha('2')}` } })
  expect(names(plan(), moved)).toEqual(['node:24'])
  const built = plan({ dockerfile: 'FROM node:24\nRUN true\n' })
  expect(names(plan(), built)).toEqual(['Dockerfile'])
})

test('a changed lockfile is named by its path, from what to what', () => {
  const from = plan({}, [['package-lock.json', false, sha('5')]])
  const to = plan({}, [['package-lock.json', false, sha('9')]])
  expect(comparePlans(from, to)).toEqual([
    { input: 'package-lock.json', from: sha('5'), to: sha('9'), kind: 'file' },
  ])
})

test('a file that is both copied and a lockfile is reported once', () => {
  const with_ = (hash: string) =>
    plan({ files: [['package-lock.json', false, hash]] }, [['package-lock.json', false, hash]])
  expect(names(with_(sha('5')), with_(sha('9')))).toEqual(['package-lock.json'])
})

test('a file that turns executable is a change though its content stays', () => {
  const from = plan({ files: [['run.sh', false, sha('5')]] })
  const to = plan({ files: [['run.sh', true, sha('5')]] })
  expect(comparePlans(from, to)).toEqual([
    { input: 'run.sh', from: sha('5'), to: `${sha('5')} (executable)`, kind: 'file' },
  ])
})

test('a moved pin is named by its reference and its digests', () => {
  const to = plan({ images: { 'node:24': `docker.io/library/node@sha256:${sha('2')}` } })
  expect(comparePlans(plan(), to)).toEqual([
    { input: 'node:24', from: `sha256:${sha('1')}`, to: `sha256:${sha('2')}`, kind: 'pin' },
  ])
})

test('a file of a context below the project is named by its path from the project', () => {
  const to = plan({ context: 'api', files: [['go.sum', false, sha('5')]] })
  expect(names(plan({ context: 'api' }), to)).toEqual(['api/go.sum'])
})

test('settings, arguments, target and Dockerfile are named by their names', () => {
  const to = plan({
    dockerfile: 'FROM node:24\nRUN true\n',
    target: 'dev',
    args: { LEVEL: '1' },
    run: { ...run, containerEnv: { MODE: 'dev' }, containerUser: 'node' },
  })
  expect(names(plan(), to)).toEqual([
    'Dockerfile',
    'build argument LEVEL',
    'build target',
    'containerEnv.MODE',
    'containerUser',
  ])
})

test('ports and mounts are reported one by one', () => {
  const port = { container: 8080, fixed: false, host: 8080, protocol: 'tcp' } as const
  const from = plan({ run: { ...run, ports: [{ ...port, label: 'web' }] } })
  const to = plan({
    run: {
      ...run,
      ports: [
        { ...port, label: 'wob' },
        { ...port, container: 9000 },
      ],
    },
  })
  expect(comparePlans(from, to)).toEqual([
    {
      input: 'ports.8080',
      from: 'fixed: false, host: 8080, label: web, protocol: tcp',
      to: 'fixed: false, host: 8080, label: wob, protocol: tcp',
      kind: 'setting',
    },
    { input: 'ports.9000', from: null, to: 'fixed: false, host: 8080, protocol: tcp', kind: 'setting' },
  ])
})

test("an argument of this computer's environment shows only its hash", () => {
  const to = plan({ args: { TOKEN: { template: '${localEnv:TOKEN}', sha256: sha('7') } } })
  expect(comparePlans(plan(), to)).toEqual([
    { input: 'build argument TOKEN', from: null, to: sha('7'), kind: 'hidden-argument' },
  ])
})

test('plans of different versions always differ in something that has a name', () => {
  const small = fc.constantFrom('a', 'b')
  const arbitrary = fc
    .record({
      dockerfile: small,
      target: fc.option(small, { nil: undefined }),
      arg: fc.option(small, { nil: undefined }),
      env: fc.option(small, { nil: undefined }),
      executable: fc.boolean(),
      hook: fc.option(fc.constantFrom('a', ['a'], { a: 'a' }), { nil: undefined }),
      file: small,
    })
    .map(({ dockerfile, target, arg, env, executable, hook, file }) => ({
      ...plan(
        {
          dockerfile,
          ...(target && { target }),
          args: arg ? { ARG: arg } : {},
          files: [['run.sh', executable, sha('1')]],
          run: {
            ...run,
            containerEnv: env ? { ENV: env } : {},
            hooks: hook ? { postCreateCommand: hook } : {},
          },
        },
        [],
      ),
      file,
    }))
  fc.assert(
    fc.property(arbitrary, arbitrary, (from, to) => {
      expect(comparePlans(from, to).length === 0).toBe(versionId(from) === versionId(to))
    }),
  )
})

test('what a definition and its Compose files say of the same is compared apart', () => {
  const compose = { init: false, ports: [{ target: '3000', published: '3000' }] }
  const before = plan({ run: { ...run, init: false }, compose })
  const ports = [{ container: 3000, protocol: 'tcp' as const, host: 3000, fixed: false }]
  expect(names(before, plan({ run: { ...run, ports }, compose }))).toEqual(['init', 'ports.3000'])
  expect(names(before, plan({ run: { ...run, init: false }, compose: { ...compose, init: true } }))).toEqual([
    'init of the Compose files',
  ])
})

test('a file that several services build with is reported once where it is an input of its own', () => {
  const stack = (digit: string): Plan => {
    const files: PlanService['files'] = ['package.json', 'package-lock.json'].map((name) => [
      name,
      false,
      sha(digit),
    ])
    const one = plan({ files }, [['package-lock.json', false, sha(digit)]])
    return { ...one, services: [...one.services, { ...service, name: 'worker', files }] }
  }
  expect(names(stack('1'), stack('2'))).toEqual([
    'app: package.json',
    'package-lock.json',
    'worker: package.json',
  ])
})

test('what fills and completes data is named by its keys', () => {
  const seeded = plan({ run: { ...run, seed: 'node seed.js', freeze: 'sync' }, seedInputs: sha('1') })
  expect(names(plan(), seeded)).toEqual(['data.freeze', 'data.seed'])
})
