import type { InputChange } from '../../shared/change.ts'
import { compareRequests } from '../container/create-request.ts'

/** A service that a version wants. */
export interface WantedService {
  name: string
  /** The hash of its part of the plan. */
  part: string
  /** The hashes of its create request on this computer. */
  request: Record<string, string>
  /** Services with which it starts anew: it shares a namespace with them, or its dependency says `restart`. */
  follows: string[]
}

/** The container of a service that is there. */
export interface FoundService {
  id: string
  name: string
  part: string | undefined
  /** The label with the hashes of its create request. */
  request: string | undefined
  /** How it is: `complete` is one that has done what it is for. */
  state: 'running' | 'complete' | 'unhealthy' | 'stopped'
}

/** Why a container is replaced. */
type ReplaceReason =
  | { kind: 'changed' }
  | { kind: 'computer'; changes: InputChange[] }
  | { kind: 'state'; state: 'unhealthy' | 'stopped' }
  | { kind: 'follows'; service: string }
  | { kind: 'fresh' }

export type ServiceDecision = { service: string } & (
  | { kind: 'keep'; container: string }
  | { kind: 'replace'; container: string; because: ReplaceReason }
  | { kind: 'create' }
  | { kind: 'remove'; container: string }
)

/**
 * Decides which containers of an environment stay when it gets another version, by the names of services. `fresh`: none
 * may stay, as a reset wants it.
 */
export function decideServices(
  wanted: readonly WantedService[],
  found: readonly FoundService[],
  { fresh = false } = {},
): ServiceDecision[] {
  const containers = new Map(found.map((one) => [one.name, one]))
  const reasons = new Map<string, ReplaceReason>()
  for (const service of wanted) {
    const container = containers.get(service.name)
    const because = container && (fresh ? { kind: 'fresh' as const } : reasonToReplace(service, container))
    if (because) reasons.set(service.name, because)
  }
  const names = new Set(wanted.map(({ name }) => name))
  const starts = (name: string) => names.has(name) && (reasons.has(name) || !containers.has(name))
  // One that follows another may be followed itself.
  for (let before = -1; before !== reasons.size; ) {
    before = reasons.size
    for (const { name, follows } of wanted) {
      const service = follows.find(starts)
      if (service !== undefined && !starts(name)) reasons.set(name, { kind: 'follows', service })
    }
  }
  const decided = wanted.map(({ name: service }): ServiceDecision => {
    const container = containers.get(service)
    if (!container) return { service, kind: 'create' }
    const because = reasons.get(service)
    return because
      ? { service, kind: 'replace', container: container.id, because }
      : { service, kind: 'keep', container: container.id }
  })
  const gone = found.filter(({ name }) => !names.has(name))
  return [
    ...decided,
    ...gone.map(({ name, id }) => ({ service: name, kind: 'remove' as const, container: id })),
  ]
}

function reasonToReplace(wanted: WantedService, found: FoundService): ReplaceReason | undefined {
  if (found.part !== wanted.part) return { kind: 'changed' }
  const changes = compareRequests(found.request, wanted.request)
  if (changes.length > 0) return { kind: 'computer', changes }
  if (found.state === 'unhealthy' || found.state === 'stopped') return { kind: 'state', state: found.state }
  return undefined
}

/** A decision as a line of English. */
export function describeDecision(decision: ServiceDecision): string {
  const { service } = decision
  switch (decision.kind) {
    case 'keep':
      return `${service} keeps running: nothing of it changed.`
    case 'create':
      return `${service} is new.`
    case 'remove':
      return `${service} is removed: the definition has it no more.`
    case 'replace':
      return `${service} is replaced: ${describeReason(decision.because)}.`
  }
}

function describeReason(reason: ReplaceReason): string {
  switch (reason.kind) {
    case 'changed':
      return 'what defines it changed'
    case 'computer':
      return `${reason.changes.map(({ input }) => input).join(', ')} changed`
    case 'state':
      return `it is ${reason.state}`
    case 'follows':
      return `it starts anew with ${reason.service}`
    case 'fresh':
      return 'a reset keeps nothing'
  }
}
