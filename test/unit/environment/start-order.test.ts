import { expect, test } from 'vitest'
import { type Needs, startOrder, stopOrder } from '../../../main/environment/start-order.ts'

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
