import { expect, test } from 'vitest'
import type { EnvironmentContainer } from '../../../main/container/environment-container.ts'
import type { Launch } from '../../../main/container/launch/prepare-launch.ts'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { boundPorts, chooseSetPorts } from '../../../main/environment/set/choose-ports-and-volumes.ts'
import type { PortRequest } from '../../../shared/definition.ts'
import { environmentContainer } from '../container/environment-container.ts'

// Elsewhere nothing is known of what is taken, and nothing is asked while the old containers run.
const elsewhere = { local: false } as unknown as Engine

const launch = (service: string, ...ports: Partial<PortRequest>[]): Launch =>
  ({
    service,
    request: {},
    parts: { composed: {} },
    run: {
      ports: ports.map((port) => ({ container: 80, protocol: 'tcp', host: 80, fixed: false, ...port })),
      options: {},
    },
  }) as unknown as Launch

const old = (service: string, host: number, container = 80): EnvironmentContainer =>
  environmentContainer(service, {
    ...{ service, set: 'old', isEntry: service === 'web' },
    ports: [{ container, protocol: 'tcp', host, address: '127.0.0.1', service }],
  })

const chosen = async (launches: Launch[], blue: EnvironmentContainer[]): Promise<number[][]> =>
  [...(await chooseSetPorts(elsewhere, launches, blue)).values()].map((all) => all.map(({ host }) => host))

test('each service keeps its port, and two that wish for one get two', async () => {
  const both = [launch('web', { host: 8080 }), launch('api', { host: 8080 })]
  expect(await chosen(both, [])).toEqual([[8080], [0]])
  expect(await chosen(both, [old('web', 41000), old('api', 8080)])).toEqual([[41000], [8080]])
})

test('a port goes to another service once nobody keeps it', async () => {
  expect(await chosen([launch('site', { host: 8080 })], [old('web', 8080)])).toEqual([[8080]])
  expect(
    await chosen([launch('site', { host: 8080 }), launch('web', { host: 9000 })], [old('web', 8080)]),
  ).toEqual([[0], [8080]])
  expect(await chosen([launch('web', { container: 81, host: 8080 })], [old('web', 8080)])).toEqual([[8080]])
})

test('a service whose ports are other ones than before gets those that it requests', async () => {
  const before = { ...old('web', 8080), request: '{"Ports":"a"}' }
  const site = (host: number, Ports: string) => ({ ...launch('web', { host }), request: { Ports } })
  expect(await chosen([site(9000, 'b')], [before])).toEqual([[9000]])
  expect(await chosen([site(9000, 'a')], [before])).toEqual([[8080]])
  expect(await chosen([site(9000, 'b'), launch('api', { host: 8080 })], [before])).toEqual([[9000], [8080]])
})

test('a single container and a set take over from each other', async () => {
  const alone = { ...launch('app', { host: 8080 }), parts: {} } as unknown as Launch
  expect(await chosen([alone], [old('db', 9000), old('web', 41000)])).toEqual([[41000]])
  const { set: _, ...single } = old('app', 8080)
  expect(await chosen([launch('web', { host: 8080 })], [single])).toEqual([[8080]])
})

test('a port that is fixed is nobody else’s', async () => {
  const fixed = launch('api', { host: 8080, fixed: true })
  expect(await chosen([launch('web', { host: 8080 }), fixed], [])).toEqual([[0], [8080]])
})

test('the ports of a container that is stopped are those that it was made with', () => {
  const bindings = {
    '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '42583' }],
    '81/tcp': [{ HostPort: '' }],
    '82/udp': null,
  }
  expect(boundPorts(bindings)).toEqual(new Map([['80/tcp', 42583]]))
})
