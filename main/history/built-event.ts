import type { Plan } from '../../shared/plan.ts'
import type { LedgerEvent } from './ledger.ts'

type Built = Extract<LedgerEvent, { kind: 'built' }>

/** The event that an image is a version's from now on. Its plan decides whether that is one with a person's layer. */
export const builtEvent = (
  built: Pick<Built, 'version' | 'ordinal' | 'image' | 'because'>,
  plan: Pick<Plan, 'layer'>,
): Omit<Built, 'at'> => ({ kind: 'built', ...built, ...(plan.layer && { layerOn: plan.layer.shared }) })
