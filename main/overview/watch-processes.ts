import type { ContainerProcess } from '../../shared/container.ts'
import type { ServiceName } from '../environment/find-service.ts'
import type { Host } from '../host/host.ts'
import { Notifier } from '../host/notifier.ts'
import type { Project } from '../store/open-project.ts'
import { openProcesses } from '../verbs/top.ts'
import { intervalAfter } from './usage.ts'

/**
 * The processes of a service, every few seconds, until its container does not run any more or `signal` aborts. Errors: as
 * `top`.
 */
export async function* watchProcesses(
  host: Host,
  project: Project,
  service: ServiceName,
  signal: AbortSignal,
): AsyncGenerator<ContainerProcess[]> {
  const read = await openProcesses(host, project, service, signal)
  const pause = new Notifier()
  while (!signal.aborted) {
    const began = performance.now()
    const processes = await read()
    if (!processes) return
    yield processes
    await pause.wait(signal, intervalAfter(performance.now() - began))
  }
}
