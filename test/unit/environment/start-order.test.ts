import { expect, test } from 'vitest'
import {
  conditionsOf,
  type Needs,
  restartedWith,
  startOrder,
  stopOrder,
} from '../../../main/environment/set/start-order.ts'

const started = { condition: 'service_started' } as const
const services = new Map<string, Needs>([
  ['web', { db: { condition: 'service_healthy' }, migrate: { condition: 'service_completed_successfully' } }],
  ['migrate', { db: started }],
  ['db', {}],
  ['mail', { gone: started }],
  ['constructor', {}],
])

test('a set starts what is needed first, and stops it last', () => {
  expect(startOrder(services)).toEqual([['constructor', 'db', 'mail'], ['migrate'], ['web']])
  expect(stopOrder(services)).toEqual([['web'], ['migrate'], ['constructor', 'db', 'mail']])
})

test('what services wait for is known once, with who waits for it', () => {
  expect(conditionsOf(services)).toEqual([
    { service: 'db', condition: 'service_healthy', waiting: ['web'] },
    { service: 'migrate', condition: 'service_completed_successfully', waiting: ['web'] },
    { service: 'db', condition: 'service_started', waiting: ['migrate'] },
  ])
  const two = new Map<string, Needs>([
    ['a', { db: started }],
    ['b', { db: started }],
    ['db', {}],
  ])
  expect(conditionsOf(two)).toEqual([{ service: 'db', condition: 'service_started', waiting: ['a', 'b'] }])
})

test('a service whose program does not run is not waited for, but for its start', () => {
  expect(conditionsOf(services, 'db')).toEqual([
    { service: 'db', condition: 'service_started', waiting: ['web', 'migrate'] },
    { service: 'migrate', condition: 'service_completed_successfully', waiting: ['web'] },
  ])
})

test('a service is restarted with those that say so, and with what these take along', () => {
  const [along, alone] = [{ restart: true }, { restart: false }]
  const needs = new Map([
    ['web', { api: along, db: alone }],
    ['api', { db: along }],
    ['job', { db: alone }],
    ['db', {}],
    ['ring', { loop: along }],
    ['loop', { ring: along }],
  ])
  expect([...restartedWith('db', needs)]).toEqual(['db', 'api', 'web'])
  expect([...restartedWith('job', needs)]).toEqual(['job'])
  expect([...restartedWith('ring', needs)]).toEqual(['ring', 'loop'])
})
