import { expect, test } from 'vitest'
import {
  type HeldData,
  type Holdings,
  isContested,
  withoutProject,
} from '../../../main/environment/set/exclusive-resources.ts'

const holdings = (more: Partial<Holdings> = {}): Holdings => ({
  ...{ ports: [], data: [], networks: [], listens: 'networks' },
  ...more,
})
const bind = (source: string, readOnly = false): HeldData => ({ kind: 'bind', source, readOnly })
const volume = (source: string, readOnly = false): HeldData => ({ kind: 'volume', source, readOnly })
const withData = (...data: HeldData[]) => holdings({ data })

test.each<[string, HeldData, HeldData, boolean]>([
  ['the same folder', bind('/p/pg'), bind('/p/pg'), true],
  ['a folder in the other', bind('/p/pg/base'), bind('/p/pg'), true],
  ['a folder around the other', bind('/p/pg'), bind('/p/pg/base'), true],
  ['a folder beside the other', bind('/p/pg'), bind('/p/pg2'), false],
  ['a folder that both read', bind('/p/pg', true), bind('/p/pg', true), false],
  ['a folder that the new one reads', bind('/p/pg'), bind('/p/pg', true), true],
  ['a folder that the old one reads', bind('/p/pg', true), bind('/p/pg'), true],
  ['the same volume', volume('data'), volume('data'), true],
  ['a volume that both read', volume('data', true), volume('data', true), false],
  ['volumes with names like folders', volume('data'), volume('data/x'), false],
  ['a volume and a folder', volume('data'), bind('data'), false],
])('of two containers one stops before the other starts: %s', (_, old, wanted, contested) => {
  expect(isContested(withData(old), withData(volume('other'), wanted))).toBe(contested)
})

test('a port, a name in a network and this computer itself are contested', () => {
  const old = holdings({ ports: [80], networks: ['shared', 'old-set'] })
  expect(isContested(old, holdings({ ports: [81], networks: ['new-set'] }))).toBe(false)
  expect(isContested(old, holdings({ ports: [80] }))).toBe(true)
  expect(isContested(old, holdings({ networks: ['shared'] }))).toBe(true)
  expect(isContested(holdings(), holdings({ listens: 'host' }))).toBe(true)
  expect(isContested(holdings(), holdings({ listens: 'container' }))).toBe(true)
  expect(isContested(holdings({ listens: 'host' }), holdings())).toBe(false)
  expect(isContested(holdings({ listens: 'host' }), holdings({ ports: [80] }))).toBe(true)
})

test('the folder of the project, and one around it, are no data of one container', () => {
  const data = [
    bind('/home/a'),
    bind('/home/a/p'),
    bind('/home/a/p/pg'),
    bind('/home/a/pg'),
    volume('/home/a'),
  ]
  expect(withoutProject(data, '/home/a/p')).toEqual([
    bind('/home/a/p/pg'),
    bind('/home/a/pg'),
    volume('/home/a'),
  ])
})
