import { expect, test } from 'vitest'
import { withRequestedPorts } from '../../../main/container/launch/with-requested-ports.ts'
import type { ContainerSpec } from '../../../main/docker/containers.ts'

const of = (port: string, address = '0.0.0.0', key = '80/tcp'): ContainerSpec => ({
  Image: 'x',
  HostConfig: { Init: true, PortBindings: { [key]: [{ HostIp: address, HostPort: port }] } },
})

test('a port that was taken is judged as the one that was wanted', () => {
  expect(withRequestedPorts(of('49152'), of('443'))).toEqual(of('443'))
})

test('another address or another port of the container is judged as it is', () => {
  expect(withRequestedPorts(of('22', '127.0.0.1'), of('443'))).toEqual(of('22', '127.0.0.1'))
  expect(withRequestedPorts(of('22', '0.0.0.0', '22/tcp'), of('443'))).toEqual(of('22', '0.0.0.0', '22/tcp'))
  const bake: ContainerSpec = { Image: 'x', HostConfig: {} }
  expect(withRequestedPorts(bake, of('443'))).toEqual(bake)
})
