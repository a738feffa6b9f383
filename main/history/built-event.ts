import type { Plan } from '../../shared/plan.ts'
import type { LedgerEvent } from './ledger.ts'

type Built = Extract<LedgerEvent, { kind: 'built' }>

/**
 * The event that images are a version's from now on: that of its first service, and those of `further` ones by their names.
 * Its plan decides whether that is one with a person's layer.
 */
export const builtEvent = (
  built: Pick<Built, 'version' | 'ordinal' | 'image' | 'because'>,
  plan: Pick<Plan, 'layer'>,
  further: ReadonlyMap<string, string> = new Map(),
): Omit<Built, 'at'> => ({
  kind: 'built',
  ...built,
  ...(further.size > 0 && { services: Object.fromEntries(further) }),
  ...(plan.layer && { layerOn: plan.layer.shared }),
})
