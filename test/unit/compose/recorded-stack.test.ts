// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of Compose files looks like this

import { expect, test } from 'vitest'
import { recordedStack } from '../../../main/definition/compose/recorded-stack.ts'
import type { Stack } from '../../../main/definition/compose/stack/stack.ts'
import { recordOfService, stackOf } from '../../../main/definition/devcontainer/stack-services.ts'
import { CASES } from './cases.ts'
import { filesIn, run } from './reading.ts'
import { read } from './stack-of.ts'

/** What of services Pristine ignores, or has by value. */
const ELSEWHERE =
  'image build profiles restart expose selinux mode name appProtocol priority startInterval'.split(' ')
/** Of secrets, which are read without their values where they are not written. */
const VALUES = ['value']
/** The same of networks and volumes that are the stack's own. */
const OF_OWN = ['name', 'labels', 'attachable', 'external']

const without = (value: unknown, keys: string[]): unknown =>
  JSON.parse(JSON.stringify(value, (key, one) => (keys.includes(key) ? undefined : one)))

/** What of a stack decides how its services are run. */
function asRun({ services, networks, volumes, secrets, configs }: Stack) {
  const run = Object.entries(services).map(([name, service]) => {
    const needed = Object.entries(service.dependsOn).filter(([other]) => Object.hasOwn(services, other))
    return [name, without({ ...service, dependsOn: Object.fromEntries(needed) }, ELSEWHERE)] as const
  })
  const resources = Object.values({ networks, volumes, configs }).map((some) =>
    Object.entries(some).map(([key, one]) => [
      key,
      'external' in one && one.external ? one : without(one, OF_OWN),
    ]),
  )
  const used = Object.values(services).flatMap((one) => one.secrets.map(({ source }) => source))
  return {
    run: Object.fromEntries(run),
    resources,
    secrets: used.map((name) => without(secrets[name], VALUES)),
  }
}

test.each(CASES)('what is recorded of $name is read again', (one) => {
  const files = filesIn(one.path)
  const { profiles, stack: name = 'stack' } = one
  const env = { HOME: '/home/person', ...one.env }
  const reading = read(files, { use: one.files, env, name, profiles })
  const services = Object.values(reading.stack.services).map((service) => [
    service.name,
    recordOfService(reading.record, service),
  ])
  const recorded = {
    file: 'compose.yaml',
    services: Object.fromEntries(services),
    resources: stackOf(reading).resources,
  }
  const again = run(files, () => recordedStack(recorded, { env, name, path: '/project', inRoot: '' }))
  expect(asRun(again.stack)).toEqual(asRun(reading.stack))
})

test('a variable of an included file is recorded with the env files that give it, and only then', () => {
  const files = {
    'compose.yaml':
      'include: [sub-a/a.yaml, {path: sub-a/b.yaml, env_file: [sub-a/1.env, sub-a/2.env]}]\nservices: {web: {image: a, environment: {X: "$X"}}}',
    '.env': 'TOP=top\n',
    'sub-a/.env': 'X=one\nTOP=below\n',
    'sub-a/a.yaml': 'services: {a: {image: a, environment: {X: "${X:-${Y}} $$", TOP: "$TOP", Z: "${Z:-z}"}}}',
    'sub-a/b.yaml': 'services: {b: {image: a, environment: [X], hostname: "${X}"}}',
    'sub-a/1.env': 'X=1\n',
    'sub-a/2.env': 'X=2-$X\n',
  }
  const { stack, record, deciding } = read(files)
  expect(deciding).toEqual([
    { variable: 'X', file: 'sub-a/.env' },
    { variable: 'X', file: 'sub-a/2.env' },
  ])
  const services = Object.fromEntries(
    Object.values(stack.services).map((service) => [service.name, recordOfService(record, service)]),
  )
  expect(services).toMatchObject({
    web: { environment: { X: '$X' } },
    a: { environment: { X: '${X@sub%2Da%2F.env:-${Y}} $$', TOP: '$TOP', Z: '${Z:-z}' } },
    b: {
      environment: { X: '${X@sub%2Da%2F1.env,sub%2Da%2F2.env}' },
      hostname: '${X@sub%2Da%2F1.env,sub%2Da%2F2.env}',
    },
  })
  const valuesOf = (env: Record<string, string>, now: Record<string, string> = files) => {
    const recorded = { file: 'compose.yaml', services, resources: {} }
    const again = run(now, () => recordedStack(recorded, { env, name: 'shop', path: '/project', inRoot: '' }))
    const { a, b, web } = again.stack.services
    return [web?.environment, a?.environment, b?.environment, b?.hostname]
  }
  const top = { TOP: 'top', Z: 'z' }
  expect(valuesOf({})).toEqual([{ X: '' }, { X: 'one $', ...top }, { X: '2-1' }, '2-1'])
  expect(valuesOf({ X: 'mine' })).toEqual([{ X: 'mine' }, { X: 'mine $', ...top }, { X: 'mine' }, 'mine'])
  const { 'sub-a/.env': _, ...without } = files
  expect(valuesOf({ Y: 'y' }, without)[1]).toEqual({ X: 'y $', ...top })
})

test('only a record names env files in a variable', () => {
  const text = 'services: {web: {image: a, hostname: "${X@sub.env}"}}'
  expect(() => read({ 'compose.yaml': text, 'sub.env': 'X=1\n' })).toThrow(
    expect.objectContaining({ code: 'definition-invalid', why: expect.stringContaining('@sub.env') }),
  )
})

test('a stack with a name of its own keeps it', () => {
  const record = { environment: { NAME: '${COMPOSE_PROJECT_NAME}' } }
  const environmentOf = (resources: { name?: string }) =>
    run({}, () =>
      recordedStack(
        { file: 'compose.yaml', services: { web: record }, resources },
        { env: {}, name: 'folder', path: '/project', inRoot: '' },
      ),
    ).stack.services['web']?.environment
  expect([environmentOf({ name: 'shop' }), environmentOf({})]).toEqual([{ NAME: 'shop' }, { NAME: 'folder' }])
})
