import { expect, test } from 'vitest'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import {
  allowsPlain,
  insecureRegistries,
  type RegistryConfig,
} from '../../../main/registry/insecure-registries.ts'

const config: RegistryConfig = {
  IndexConfigs: {
    'docker.io': { Secure: true },
    'reg.lan:5000': { Secure: false },
    '10.9.9.9': { Secure: true },
  },
  InsecureRegistryCIDRs: ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8', 'nonsense', '11.0.0.0', '11.0.0.0/99'],
}

test.for([
  ['reg.lan:5000', true],
  ['reg.lan', false],
  ['reg.lan:5001', false],
  ['docker.io', false],
  ['ghcr.io', false],
  ['toString', false],
  ['10.1.2.3:5000', true],
  ['10.1.2.3', true],
  ['10.9.9.9', false],
  ['11.1.2.3:5000', false],
  ['[fd00::1]:5000', true],
  ['[fe80::1]:5000', false],
  ['10.evil.example', false],
] as const)('%s: %s', ([registry, allowed]) => {
  expect(allowsPlain(config, registry)).toBe(allowed)
  expect(allowsPlain({}, registry)).toBe(false)
})

test('the engine is asked once; one that is elsewhere, or does not answer, allows nothing', async () => {
  let calls = 0
  const engine = (local: boolean) => async (): Promise<Engine> => {
    calls += 1
    const info = async () => ({ RegistryConfig: config })
    return { docker: { info }, local } as unknown as Engine
  }
  const own = insecureRegistries(engine(true))
  expect(calls).toBe(0)
  expect([await own('reg.lan:5000'), await own('ghcr.io')]).toEqual([true, false])
  expect(calls).toBe(1)
  expect(await insecureRegistries(engine(false))('reg.lan:5000')).toBe(false)
  expect(await insecureRegistries(() => Promise.reject(new Error('no engine')))('reg.lan:5000')).toBe(false)
})
