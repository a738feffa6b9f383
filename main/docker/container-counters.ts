import type { ContainerStats } from 'dockerode'
import type { Engine } from './connection/connect.ts'
import { call, isConflict, isNotFound } from './connection/engine-call.ts'

/** What a container has used since it was started, and the memory that it uses now; null: not counted. */
export interface ContainerCounters {
  /** When they were read, in milliseconds since 1970. */
  at: number
  /** Seconds of processor time. */
  cpu: number
  /** Bytes, without files that the system keeps in memory and can drop. */
  memory: number
  /** Bytes. */
  network: { received: number; sent: number } | null
  disk: { read: number; written: number } | null
}

/**
 * Reads the counters of a running container once, which the engine answers at once; undefined for one that does not run.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats
 */
export async function containerCounters(
  engine: Engine,
  id: string,
  signal: AbortSignal,
): Promise<ContainerCounters | undefined> {
  try {
    const options = { stream: false, 'one-shot': true } as const
    const stats = await call(
      'reading what a container uses',
      (abortSignal) => engine.docker.getContainer(id).stats({ ...options, abortSignal } as typeof options),
      { signal, expected: [404, 409] },
    )
    return countersOf(stats)
  } catch (error) {
    // Podman refuses what does not run.
    if (isNotFound(error) || isConflict(error)) return undefined
    throw error
  }
}

/** The counters in an answer of the engine; undefined for a container that does not run, whose time is not set. */
export function countersOf(stats: Stats): ContainerCounters | undefined {
  const at = Date.parse(stats.read)
  if (Number.isNaN(at) || at <= 0) return undefined
  const { cpu_stats: cpu, memory_stats: memory, networks, blkio_stats: disk } = stats
  const links = networks && Object.values(networks)
  const transfers = disk?.io_service_bytes_recursive
  const transferred = (kind: string) =>
    sum((transfers ?? []).filter(({ op }) => op.toLowerCase() === kind).map(({ value }) => value))
  // As Docker's own command line does: cgroup 2 has one name for it, cgroup 1 another.
  const droppable = memory?.stats?.inactive_file ?? memory?.stats?.total_inactive_file ?? 0
  return {
    at,
    cpu: (cpu?.cpu_usage?.total_usage ?? 0) / 1e9,
    memory: Math.max(0, (memory?.usage ?? 0) - droppable),
    network: links
      ? { received: sum(links.map((link) => link.rx_bytes)), sent: sum(links.map((link) => link.tx_bytes)) }
      : null,
    disk: transfers ? { read: transferred('read'), written: transferred('write') } : null,
  }
}

/** What is read of the engine's answer; much of it is missing on some engines. */
export type Stats = Pick<ContainerStats, 'read'> & {
  cpu_stats?: { cpu_usage?: { total_usage?: number } }
  memory_stats?: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } }
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }> | null
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null } | null
}

const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0)
