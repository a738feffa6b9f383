import { expect, test } from 'vitest'
import { engineCheck, plainCheck } from '../../../main/container/launch/health-request.ts'

const given = { command: 'test -e /up', interval: 1000, timeout: 5000, retries: 30 }

test('without an interval of the definition, the engine checks as often as it does by default', () => {
  const common = { Test: ['CMD-SHELL', 'test -e /up'], Timeout: 5e9 }
  expect(engineCheck(given)).toEqual({ ...common, Interval: 30e9, Retries: 3 })
  expect(engineCheck({ ...given, retries: 2 })).toEqual({ ...common, Interval: 30e9, Retries: 2 })
  expect(engineCheck({ ...given, interval: 2000 })).toEqual({ ...common, Interval: 2e9, Retries: 30 })
})

test('a command as a list runs without a shell, and hashes are made of the values of the definition', () => {
  expect(plainCheck({ ...given, command: ['test', '-e', '/up'] })).toEqual({
    Test: ['CMD', 'test', '-e', '/up'],
    ...{ Interval: 1e9, Timeout: 5e9, Retries: 30 },
  })
})
