import { useEffect, useState } from 'react'
import type { ContainerProcess, ServiceDetails } from '../../../../shared/container.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import type { ProductFailure } from '../../../client/failure.ts'
import { follow } from '../../../client/follow.ts'
import { useVisible } from './use-visible.ts'

/** The processes of a service; the last ones stay while nobody sees the page. */
export interface WatchedProcesses {
  processes: ContainerProcess[] | undefined
  failure: ProductFailure | undefined
  again(): void
}

/**
 * Follows the processes of a service while they are shown and the page is seen, anew for each answer `details`. `ended`: its
 * container does not run any more.
 */
export function useProcesses(
  {
    project,
    service,
    details,
  }: { project: ProjectKey; service: string | undefined; details: ServiceDetails },
  ended: () => void,
): WatchedProcesses {
  const container = details.container.id
  const [known, setKnown] = useState<Omit<WatchedProcesses, 'again'> & { of: string }>()
  const [turn, setTurn] = useState(0)
  const visible = useVisible()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer, or another try, is another stream.
  useEffect(() => {
    if (!visible) return
    return follow(
      (signal) =>
        client.environment.processes({ project, ...(service !== undefined && { service }) }, { signal }),
      {
        event: (processes) => setKnown({ of: container, processes, failure: undefined }),
        failed: (failure) =>
          setKnown((before) => ({
            of: container,
            processes: before?.of === container ? before.processes : undefined,
            failure,
          })),
        ended,
      },
    )
  }, [project, service, details, visible, turn])
  return {
    processes: known?.of === container ? known.processes : undefined,
    failure: known?.of === container ? known.failure : undefined,
    again: () => setTurn((turn) => turn + 1),
  }
}
