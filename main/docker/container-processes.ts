import type { ContainerProcess } from '../../shared/container.ts'
import { isProductError } from '../../shared/errors.ts'
import type { Engine } from './connection/connect.ts'
import { call, engineFailure, statusOf } from './connection/engine-call.ts'
import { engineVersion } from './connection/engine-version.ts'
import { inspectContainer } from './containers.ts'

/**
 * What is asked of each process. Docker passes it to the `ps` of the engine's computer, which knows only the names of that
 * computer's accounts; Podman reads it itself, and knows those of the container.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerTop
 */
const COLUMNS = { docker: '-eo pid,uid,time,rss,args', podman: 'pid,user,time,rss,args' }
const DOING = 'listing the processes'

/** What an engine answers: the names of columns, and a row for each process. */
export interface ProcessTable {
  Titles?: string[] | null
  Processes?: string[][] | null
}

/** Reads the processes of a container, by its id; undefined where it does not run. Users are numbers or names. */
export type ReadProcesses = (id: string, signal?: AbortSignal) => Promise<ContainerProcess[] | undefined>

/** How processes are read on an engine. Errors, also of reading: `engine-refused`, `engine-unreachable`, `cancelled`. */
export async function processReader(engine: Engine): Promise<ReadProcesses> {
  const isPodman = (await engineVersion(engine)).name === 'Podman'
  const columns = isPodman ? COLUMNS.podman : COLUMNS.docker
  return async (id, signal) => {
    const ask = (query: { ps_args?: string }): Promise<ProcessTable> =>
      call(DOING, (abortSignal) => engine.docker.getContainer(id).top({ ...query, abortSignal }), {
        signal,
        expected: [404, 409, 500],
      })
    try {
      const table = await ask({ ps_args: columns }).catch((error: unknown) => {
        // The `ps` of a small system has fewer columns.
        if (statusOf(error) === 500) return ask({})
        throw error
      })
      return processesIn(table)
    } catch (error) {
      // Each engine refuses in its own way what does not run.
      const details = await inspectContainer(engine, id, { signal })
      if (!details?.State.Running || details.State.Restarting) return undefined
      throw isProductError(error) ? error : engineFailure(DOING, error)
    }
  }
}

/** The processes in what an engine answers; a row without a number is left out. */
export function processesIn({ Titles, Processes }: ProcessTable): ContainerProcess[] {
  const titles = Titles ?? []
  return (Processes ?? []).flatMap((row) => {
    const cell = (...names: string[]) => row[titles.findIndex((title) => names.includes(title))] ?? ''
    const pid = Number.parseInt(cell('PID'), 10)
    if (Number.isNaN(pid)) return []
    return {
      pid,
      user: cell('UID', 'USER'),
      cpu: secondsIn(cell('TIME')),
      memory: bytesIn(cell('RSS')),
      command: cell('COMMAND', 'CMD'),
    }
  })
}

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, ns: 1e-9 }

/** Seconds in `1-02:03:04` or `02:03`, as `ps` writes them, or in `1h2m3.5s`, as Podman does. */
function secondsIn(time: string): number {
  const parts = [...time.matchAll(/([\d.]+)(ms|µs|ns|h|m|s)/g)]
  if (parts.length > 0)
    return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0), 0)
  const [, days = '0', clock = '0'] = /^(?:(\d+)-)?(\d+(?::\d+)*)$/.exec(time) ?? []
  return Number(days) * 86_400 + clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** Kibibytes; a system that writes them in another way reports none. */
const bytesIn = (rss: string): number | null => (/^\d+$/.test(rss) ? Number(rss) * 1024 : null)
