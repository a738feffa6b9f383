import { expect, test } from 'vitest'
import { type ContainerCounters, countersOf, type Stats } from '../../../main/docker/container-counters.ts'
import { intervalAfter, usageOf } from '../../../main/overview/usage.ts'
import type { ProjectKey } from '../../../shared/ids.ts'

const READ = '2026-11-30T10:00:00.000Z'
const bare: Stats = { read: READ, cpu_stats: {}, memory_stats: {} }

test('the counters of Docker on cgroup 2 leave out the files that the system can drop', () => {
  const stats: Stats = {
    read: READ,
    cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
    memory_stats: { usage: 5_000_000, stats: { inactive_file: 1_000_000 } },
    networks: { eth0: { rx_bytes: 10, tx_bytes: 20 }, eth1: { rx_bytes: 1, tx_bytes: 2 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'read', value: 100 },
        { op: 'Write', value: 7 },
        { op: 'read', value: 1 },
      ],
    },
  }
  expect(countersOf(stats)).toEqual({
    at: Date.parse(READ),
    cpu: 2.5,
    memory: 4_000_000,
    network: { received: 11, sent: 22 },
    disk: { read: 101, written: 7 },
  })
})

test('cgroup 1 has another name for those files', () => {
  const stats = { ...bare, memory_stats: { usage: 9, stats: { total_inactive_file: 4 } } }
  expect(countersOf(stats)).toMatchObject({ memory: 5 })
})

test('what an engine does not count is null, and not nothing', () => {
  const none = { ...bare, networks: null, blkio_stats: { io_service_bytes_recursive: null } }
  expect(countersOf(bare)).toEqual({ at: Date.parse(READ), cpu: 0, memory: 0, network: null, disk: null })
  expect(countersOf(none)).toMatchObject({ network: null, disk: null })
  // An answer that lacks more ends nothing: it is read in the background, for as long as the app is open.
  expect(countersOf({ read: READ })).toEqual(countersOf(bare))
})

test('a container that does not run has no counters', () => {
  expect(countersOf({ ...bare, read: '0001-01-01T00:00:00Z' })).toBeUndefined()
})

const of = { project: 'shop' as ProjectKey, service: 'app' }
const counters = (more: Partial<ContainerCounters>): ContainerCounters => ({
  ...{ at: 1_000, cpu: 1, memory: 10, network: { received: 0, sent: 0 }, disk: null },
  ...more,
})

test('usage is what was used between two readings, by the second', () => {
  const now = counters({ at: 3_000, cpu: 2, memory: 12, network: { received: 400, sent: 0 } })
  expect(usageOf(of, counters({}), now)).toEqual({
    ...of,
    cpu: 0.5,
    memory: 12,
    network: { received: 200, sent: 0 },
    disk: null,
  })
})

test('a container that was started again, or that was read twice at once, has no usage yet', () => {
  expect(usageOf(of, counters({}), counters({ at: 3_000, cpu: 0.1 }))).toBeUndefined()
  expect(usageOf(of, counters({}), counters({}))).toBeUndefined()
})

test('the more there is to read the more seldom it is read, within limits', () => {
  expect([10, 100, 200, 60_000].map(intervalAfter)).toEqual([3_000, 5_000, 10_000, 15_000])
})
