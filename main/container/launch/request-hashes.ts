import { createHash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { InputChange } from '../../../shared/change.ts'
import { parseLabel } from '../../docker/parse-label.ts'
import { adaptedFrom } from '../../history/uid-remapped-image.ts'
import { baseCreateRequest } from './base-create-request.ts'
import { connectionsOf, FIXED_NAMES } from './compose-create-request.ts'
import type { RequestParts } from './create-request-parts.ts'
import { NO_CHECK, plainCheck } from './health-request.ts'
import { isIdle, LEGACY_IDLE_ENTRYPOINT } from './idle-entrypoint.ts'

/**
 * Short hashes of the parts of a create request, so that a difference can be named. Host ports are excluded: they are
 * chosen, not requested.
 */
export function requestHashes(parts: RequestParts): Record<string, string> {
  const {
    HostConfig = {},
    Env = [],
    ...rest
  } = baseCreateRequest({ ...parts, agent: undefined }, FIXED_NAMES)
  // An image in which a user has other ids takes the place of its version's, where that is gone: it is what was wanted.
  const adapted = adaptedFrom(parts.image)
  const named: Record<string, unknown> = {
    ...rest,
    ...(adapted && { Image: adapted.image }),
    ...(isIdle(rest) && !parts.run.entrypoints && { Entrypoint: LEGACY_IDLE_ENTRYPOINT }),
    ...(rest.Healthcheck === NO_CHECK && { Healthcheck: undefined }),
    ...(parts.run.health && { Healthcheck: plainCheck(parts.run.health) }),
    ...HostConfig,
    Agent: parts.agent,
    Ids: parts.accounts?.to ?? adapted?.ids,
    Ports: parts.run.ports,
    Labels: parts.run.options.labels,
    // The first is part of the request.
    Networks: furtherNetworks(parts),
  }
  for (const [target, hash] of Object.entries(parts.files ?? {})) named[`File ${target}`] = hash
  for (const entry of Env) named[`Env ${entry.split('=')[0]}`] = entry
  return Object.fromEntries(
    Object.entries(named)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12),
      ]),
  )
}

/** What a container is connected to once it is there; undefined for nothing. */
function furtherNetworks({ composed }: RequestParts): object | undefined {
  const further = composed ? connectionsOf(composed, FIXED_NAMES).slice(1) : []
  return further.length > 0 ? further : undefined
}

/** How the create request of a running container differs from the one that is wanted. */
export function compareRequests(label: string | undefined, wanted: Record<string, string>): InputChange[] {
  const have = parseLabel(label)
  const changes: InputChange[] = []
  for (const part of [...new Set([...Object.keys(have), ...Object.keys(wanted)])].sort()) {
    const from = have[part] ?? ABSENT[part] ?? null
    const to = wanted[part] ?? ABSENT[part] ?? null
    if (from !== to) changes.push({ input: describePart(part), from, to, kind: 'computer' })
  }
  return changes
}

/** What a part is where a request says nothing of it, if not nothing. */
const ABSENT: Record<string, string> = { Ids: 'as in the image' }

function describePart(part: string): string {
  if (part === 'Image') return 'the image on the engine'
  if (part === 'Agent') return 'your ssh agent'
  if (part === 'Ids') return 'the user and group number on this computer'
  if (part.startsWith('File ')) return `the content of ${part.slice(5)} in the container`
  return part.startsWith('Env ')
    ? `containerEnv.${part.slice(4)} on this computer`
    : `${part} on this computer`
}
