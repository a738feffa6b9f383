import { expect, test } from 'vitest'
import { frontendWarnings, lackingOf, mayBeBuiltin } from '../../../main/lock/frontend-fallback.ts'
import { productError } from '../../../shared/errors.ts'

const frontend = (reference: string) => ({ reference, line: 1, needs: [] })
const unreachable = productError('registry-unreachable', { reference: 'x', problem: 'no such host' })
const foreign = productError('platform-missing', { reference: 'x', problem: 'no matching manifest' })
const unknown = productError('reference-unknown', { reference: 'x', registry: 'docker.io' })

test.for([
  ['docker/dockerfile:1', true],
  ['docker/dockerfile', true],
  ['docker.io/docker/dockerfile:1.7-labs', true],
  ['mirror.example/hub/docker/dockerfile:1', true],
  ['docker/dockerfile-upstream:master', true],
  ['someone/dockerfile:1', false],
  ['docker/dockerfile-plus', false],
  ['notdocker/dockerfile', false],
] as const)('only a published copy of Docker’s own frontend may be replaced: %s', ([reference, may]) => {
  expect(mayBeBuiltin(frontend(reference), unreachable)).toBe(may)
  expect(mayBeBuiltin(frontend(reference), unknown)).toBe(may)
  expect(mayBeBuiltin(frontend(reference), foreign)).toBe(may)
})

test('a registry that is busy, or gives other content, is no reason', () => {
  const busy = productError('registry-busy', { registry: 'docker.io', problem: '429' })
  expect(mayBeBuiltin(frontend('docker/dockerfile:1'), busy)).toBe(false)
  expect(mayBeBuiltin(frontend('docker/dockerfile:1'), new Error('x'))).toBe(false)
})

test('the engine’s version decides; one that cannot be read knows least', () => {
  const needs = [20, 23, null].map((since, line) => ({ what: `${since}`, line, since }))
  expect(lackingOf(needs, '20.10.24+dfsg1')?.since).toBe(23)
  expect(lackingOf(needs, '28.5.1')?.since).toBeNull()
  expect(lackingOf(needs.slice(0, 2), '23.0.0')).toBeUndefined()
  expect(lackingOf(needs, 'dev')?.since).toBe(20)
  expect(lackingOf([], 'dev')).toBeUndefined()
})

test('it is reported of each, with the file that names it and what tries again', () => {
  const lock = {
    lockVersion: 1,
    images: {},
    downloads: {},
    frontends: { 'docker/dockerfile:1': { resolved: 'builtin' } },
  } as const
  const named = { ...frontend('docker/dockerfile:1'), file: 'x/Dockerfile' }
  const [warning] = frontendWarnings('pristine.lock', lock, new Map([[named.reference, named]]))
  expect(warning?.message).toMatch(
    /^x\/Dockerfile names docker\/dockerfile:1, .*lock --update docker\/dockerfile:1"/,
  )
})
