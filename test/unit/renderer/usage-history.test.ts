import { expect, test } from 'vitest'
import { HISTORY, type UsageHistory, withSample } from '../../../renderer/store/usage/usage-history.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ServiceUsage } from '../../../shared/usage.ts'

const [shop, docs] = ['shop-12345678', 'docs-12345678'] as ProjectKey[] as [ProjectKey, ProjectKey]
const used = (project: ProjectKey, service: string, cpu: number): ServiceUsage => ({
  ...{ project, service, cpu, memory: 10 },
  ...{ network: { received: 1, sent: 2 }, disk: null },
})
const after = (history: UsageHistory, at: number, ...services: ServiceUsage[]) =>
  withSample(history, { at, services })

test('a project uses what its services use together', () => {
  const history = after({}, 1_000, used(shop, 'web', 0.5), used(shop, 'db', 0.25))
  expect(history[shop]?.all).toEqual([
    { at: 1_000, cpu: 0.75, memory: 20, network: { received: 2, sent: 4 }, disk: null },
  ])
  expect(Object.keys(history[shop]?.services ?? {})).toEqual(['web', 'db'])
})

test('points are added at the end, and those of more than some minutes ago go', () => {
  let history: UsageHistory = {}
  for (let at = 0; at <= 2 * HISTORY; at += 10_000) history = after(history, at, used(shop, 'app', at))
  const points = history[shop]?.services['app'] ?? []
  expect(points.length).toBe(HISTORY / 10_000 + 1)
  expect([points[0]?.at, points.at(-1)?.at]).toEqual([HISTORY, 2 * HISTORY])
})

test('a swap does not break the line, and what has stopped goes', () => {
  const began = after({}, 0, used(shop, 'app', 1), used(docs, 'app', 1))
  const swapped = after(
    after(began, 3_000, used(docs, 'app', 1)),
    6_000,
    used(shop, 'app', 1),
    used(docs, 'app', 1),
  )
  expect(swapped[shop]?.all.map(({ at }) => at)).toEqual([0, 6_000])
  const stopped = after(swapped, 70_000, used(docs, 'app', 1))
  expect(Object.keys(stopped)).toEqual([docs])
})

test('what a sample does not name stays the same object, so that nothing of it is drawn again', () => {
  const began = after({}, 0, used(shop, 'app', 1), used(docs, 'app', 1))
  expect(after(began, 3_000, used(shop, 'app', 1))[docs]).toBe(began[docs])
})

test('a line goes on where samples are far apart', () => {
  let history: UsageHistory = {}
  for (const at of [0, 20_000, 40_000]) history = after(history, at, used(shop, 'app', 1))
  expect(history[shop]?.all).toHaveLength(3)
})
