import * as z from 'zod/mini'
import type { ErrorReport } from '../../shared/operation.ts'
import { LayerRequests, Permission } from '../../shared/trust.ts'
import { decideTrust } from './decide-trust.ts'
import type { TrustRecord } from './trust-record.ts'

const Asked = z.object({ asked: z.array(Permission), layer: z.optional(LayerRequests) })

/**
 * Whether a project waits for a person's trust, as far as files show without reading the definition: a clone without a
 * grant, or something that was refused last and not granted since.
 */
export function needsTrust(record: TrustRecord | undefined, failure: ErrorReport | undefined): boolean {
  const { clone, grant } = record ?? {}
  if (clone && !grant) return true
  if (failure?.code !== 'not-trusted') return false
  const { data } = Asked.safeParse(failure.data)
  const state = {
    origin: clone ? ('clone' as const) : ('folder' as const),
    remote: null,
    defaults: true,
    granted: grant?.capabilities ?? [],
    grantedToLayer: grant?.ofLayer ?? [],
  }
  return data !== undefined && decideTrust(state, data.asked, data.layer).asked.length > 0
}
