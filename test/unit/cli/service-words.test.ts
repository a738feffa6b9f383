import { expect, test } from 'vitest'
import { describeBroken, describeDrifted, serviceRows } from '../../../app/cli/service-words.ts'
import type { Service } from '../../../shared/service.ts'

const service = (name: string, more: Partial<Service> = {}): Service => ({
  ...{ name, entry: name === 'web', state: { kind: 'running' }, health: null, image: null, version: null },
  ...{ container: null, ports: [], drift: null },
  ...more,
})
const sick = { kind: 'unhealthy', failedChecks: 3 } as const

test('services are rows with the words of the engine', () => {
  const port = { container: 80, host: 8099, address: '127.0.0.1', protocol: 'tcp', service: 'web' } as const
  const rows = serviceRows([
    service('web', { ports: [port], health: { kind: 'starting' } }),
    service('db', { image: 'postgres:15', health: sick }),
    service('job', { state: { kind: 'completed' } }),
    service('mail\u001b[2J', { state: { kind: 'exited', code: 3 } }),
    service('old', { state: { kind: 'exited', code: null } }),
    service('worker', { state: { kind: 'exited', code: 0 } }),
    service('late', { state: { kind: 'exited', code: 143 } }),
  ])
  expect(rows).toEqual([
    ['web', 'running (health: starting)', '-', '127.0.0.1:8099->80/tcp'],
    ['db', 'running (unhealthy)', 'postgres:15', ''],
    ['job', 'completed', '-', ''],
    [expect.not.stringContaining('\u001b'), 'exited (3)', '-', ''],
    ['old', 'exited', '-', ''],
    ['worker', 'stopped', '-', ''],
    ['late', 'stopped (143)', '-', ''],
  ])
})

test('each service that does not do what it is for is a reason', () => {
  const broken = describeBroken([
    service('web'),
    service('db', { health: sick }),
    service('cache', { health: { ...sick, failedChecks: null } }),
    service('job', { state: { kind: 'completed' } }),
    service('mail', { state: { kind: 'exited', code: 3 } }),
    service('queue', { state: { kind: 'restarting' } }),
    service('search', { state: { kind: 'missing' } }),
    service('seed', { state: { kind: 'created' } }),
    service('side', { state: { kind: 'detached' } }),
    service('worker', { state: { kind: 'exited', code: 0 } }),
    service('late', { state: { kind: 'exited', code: 137 } }),
  ])
  expect(broken.map((line) => line.split(';')[0])).toEqual([
    'db is unhealthy: its health check failed 3 times.',
    'cache is unhealthy.',
    'mail ended with exit code 3',
    'queue ends again and again, and the engine restarts it as its restart policy says.',
    'search has no container any more',
    'seed was never started',
    'side shares the network or the processes of a service that was restarted without it',
    'worker was stopped',
    'late was stopped (exit code 137)',
  ])
})

test('of several services those that drifted are named', () => {
  expect(describeDrifted([service('web', { drift: 2 })])).toBe('')
  expect(describeDrifted([service('web', { drift: 2 }), service('db', { drift: 0 })])).toBe(' (web 2)')
})
