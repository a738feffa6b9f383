import type { InputChange } from '../../shared/change.ts'
import type { VersionId } from '../../shared/ids.ts'
import { compareRequests } from '../container/launch/request-hashes.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'

/** The action that makes the wanted version run. */
export type Change =
  | { kind: 'none' }
  /** The right container exists, but it is stopped or paused, or was restarted without what runs after each start. */
  | { kind: 'start' }
  /** The image exists; the container is missing, has another version, or was created from another request. */
  | { kind: 'recreate'; request: InputChange[] }
  | { kind: 'build' }

/**
 * Decides what to do. `request` are the hashes of the create request that the wanted version needs on this computer;
 * undefined if its image is not on the engine. `others` are the hashes of its other services, by service name.
 */
export function decideChange(
  facts: EnvironmentFacts,
  wanted: {
    version: VersionId
    request: Record<string, string> | undefined
    others?: ReadonlyMap<string, Record<string, string>>
  },
): Change {
  if (!wanted.request) return { kind: 'build' }
  const [container, ...rest] = facts.containers
  if (!container || facts.version !== wanted.version) return { kind: 'recreate', request: [] }
  const hasEntry = container.set === undefined || container.isEntry === true
  const others = hasEntry ? rest : facts.containers
  const services = wanted.others ?? new Map<string, Record<string, string>>()
  const missing = [
    ...(hasEntry ? [] : [container.entry ?? NAMELESS]),
    ...[...services.keys()].filter((name) => others.every(({ service }) => service !== name)),
  ].filter((name) => !facts.pruned?.includes(name))
  if (missing.length > 0) return { kind: 'recreate', request: missing.map(missingContainer) }
  if (others.some(({ service }) => !services.has(service))) return { kind: 'recreate', request: [] }
  const request = [
    ...compareRequests(container.request, wanted.request),
    ...others.flatMap((one) => compareRequests(one.request, services.get(one.service) ?? {})),
  ]
  if (request.length > 0) return { kind: 'recreate', request }
  if (facts.replacedFolder !== undefined)
    return { kind: 'recreate', request: [replaced(`the folder ${facts.replacedFolder}`)] }
  if (facts.replacedFile !== undefined)
    return { kind: 'recreate', request: [replaced(`the file ${facts.replacedFile}`)] }
  switch (facts.state) {
    case 'stopped':
    case 'paused':
      return { kind: 'start' }
    case 'starting':
      if (facts.checking) return { kind: 'none' }
      // A container that runs but never became ready is left over from an interrupted start.
      return facts.restarted ? { kind: 'start' } : { kind: 'recreate', request: [] }
    case 'absent':
      return { kind: 'recreate', request: [] }
    case 'ready':
      return { kind: 'none' }
    case 'unhealthy':
      return facts.containers.some((one) => one.detached || (!one.running && !one.completed))
        ? { kind: 'start' }
        : { kind: 'none' }
  }
}

/** The name of the service that a person works in, if older labels do not have it. */
const NAMELESS = 'the service that you work in'

/** It was removed, but not by Pristine. */
const missingContainer = (service: string): InputChange => ({
  input: `the container of ${service}`,
  from: 'there',
  to: 'removed',
  kind: 'computer',
})

/**
 * A container keeps the folder that it mounted, even if the folder was deleted and cloned again, or moved. The same is
 * true of a file that an editor or git replaced.
 */
const replaced = (what: string): InputChange => ({
  input: `${what} on this computer`,
  from: 'the mounted one',
  to: 'another one',
  kind: 'computer',
})
