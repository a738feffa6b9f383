import { expect, test } from 'vitest'
import { serviceDisplay } from '../../../renderer/store/projects/service-display.ts'

test('a service shows whether it does what it is for, in a word', () => {
  const running = { kind: 'running' } as const
  expect(serviceDisplay({ state: running, health: null }, 'ready')).toEqual({
    tone: 'good',
    label: 'running',
  })
  expect(serviceDisplay({ state: running, health: { kind: 'healthy' } }, 'ready')).toEqual({
    tone: 'good',
    label: 'healthy',
  })
  expect(serviceDisplay({ state: running, health: { kind: 'starting' } }, 'starting').tone).toBe('busy')
  expect(
    serviceDisplay({ state: running, health: { kind: 'unhealthy', failedChecks: 3 } }, 'unhealthy'),
  ).toEqual({ tone: 'bad', label: 'unhealthy · check failed 3 times' })
  expect(serviceDisplay({ state: { kind: 'completed' }, health: null }, 'ready')).toEqual({
    tone: 'plain',
    label: 'done',
  })
  expect(serviceDisplay({ state: { kind: 'missing' }, health: null }, 'unhealthy').tone).toBe('bad')
})

test('what ended is a fault, unless the whole environment is stopped', () => {
  const ended = { state: { kind: 'exited', code: 3 }, health: null } as const
  expect(serviceDisplay(ended, 'unhealthy')).toEqual({ tone: 'bad', label: 'ended with 3' })
  for (const code of [0, 137, 143]) {
    const stopped = { state: { kind: 'exited', code }, health: null } as const
    expect(serviceDisplay(stopped, 'unhealthy')).toEqual({ tone: 'bad', label: 'stopped' })
  }
  expect(serviceDisplay(ended, 'stopped')).toEqual({ tone: 'plain', label: 'stopped' })
})
