import type { LogLines } from '../../shared/log.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { findServices, type ServiceName } from '../environment/find-service.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { mergeByTime } from './merge-by-time.ts'
import { batches, readLines } from './read-lines.ts'

/**
 * The last `tail` lines that a service of a project's environment printed, or each of them, and those to come, in batches,
 * as fast as they are taken: meanwhile the engine waits. Ends with the containers, or when `signal` aborts.
 * Errors: `environment-not-running` when there is no environment; `service-unknown`, `service-missing`; those of the engine.
 */
export async function* followLogs(
  host: Host,
  project: Project,
  { tail, service }: { tail: number; service?: ServiceName },
  signal: AbortSignal,
): AsyncGenerator<LogLines> {
  const { engine, facts } = await readCurrentState(host, project)
  const containers = await findServices(host.home, project, facts, service)
  const end = new AbortController()
  const until = AbortSignal.any([signal, end.signal])
  const options = { follow: true, tail, plain: true }
  try {
    const logs = containers.map((container) => readLines(engine, container, options, until))
    for await (const lines of mergeByTime(logs)) yield* batches(lines)
  } finally {
    end.abort()
  }
}
