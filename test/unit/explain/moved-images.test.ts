import { expect, test } from 'vitest'
import type { ComparedPlan } from '../../../main/explain/compared-plan.ts'
import { imageMoved } from '../../../main/explain/moved-images.ts'
import type { PlanService } from '../../../shared/plan.ts'
import type { Inventory } from '../../../shared/version.ts'

const service = (name: string, dockerfile: string): PlanService => ({
  ...({} as PlanService),
  name,
  dockerfile,
})
const tools = (found: Record<string, string>): Inventory => ({ tools: found, packages: {} })
/** A version of two services; its first image has the database's client, too. */
const stack = (psql: string, { database = 'FROM postgres:15\n', node = '24.1.0' } = {}): ComparedPlan => ({
  plan: {
    ...({} as ComparedPlan['plan']),
    services: [service('web', 'FROM node:24\nRUN make\n'), service('db', database)],
  },
  contents: tools({ node, psql: '14.9' }),
  further: new Map([['db', tools({ psql })]]),
})
const pin = (input: string) => ({ input, from: 'sha256:1', to: 'sha256:2', kind: 'pin' as const })

test('an image of a further service moved between the versions that were found in that service', () => {
  const [before, after] = [stack('15.7'), stack('15.8', { node: '24.2.0' })]
  expect(imageMoved(pin('db: postgres:15'), before, after)).toEqual({
    kind: 'moved',
    from: '15.7',
    to: '15.8',
  })
  expect(imageMoved(pin('web: node:24'), before, after)).toEqual({
    kind: 'moved',
    from: '24.1.0',
    to: '24.2.0',
  })
  expect(imageMoved(pin('cache: redis:7'), before, after)).toBeUndefined()
})

test('nothing is reported where the service was never looked into, or is built otherwise', () => {
  const before = stack('15.7')
  const { further: _, ...unknown } = stack('15.8')
  expect(imageMoved(pin('db: postgres:15'), before, unknown)).toBeUndefined()
  const built = stack('15.8', { database: 'FROM postgres:15\nRUN make\n' })
  expect(imageMoved(pin('db: postgres:15'), before, built)).toBeUndefined()
})
