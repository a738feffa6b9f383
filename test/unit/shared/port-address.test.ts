import { expect, test } from 'vitest'
import { portAddress, portsToOpen } from '../../../shared/port-address.ts'

test('the address of a port has the scheme that its program speaks', () => {
  expect(portAddress({ host: 3000 })).toBe('http://127.0.0.1:3000')
  expect(portAddress({ host: 8443, scheme: 'https' })).toBe('https://127.0.0.1:8443')
})

test('Open tries the ports that want it first, then the others in their order, and some never', () => {
  const ports = [
    { host: 1 },
    { host: 2, opens: 'never' as const },
    { host: 3, opens: 'first' as const },
    { host: 4 },
  ]
  expect(portsToOpen(ports).map(({ host }) => host)).toEqual([3, 1, 4])
})
