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
