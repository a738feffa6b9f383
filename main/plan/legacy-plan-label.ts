import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import { parsePlan } from './plan-store.ts'

type Labels = Record<string, string>

const PLAN = 'dev.pristine.plan'

/**
 * The plan of a version in the labels of an image that an older Pristine built, which kept it there: in one label, or in
 * pieces that are numbered from 1, with their number in the label itself. Undefined when it is not there, or makes
 * another version: anybody can write a label.
 */
export function readLegacyPlanLabel(labels: Labels | null | undefined, id: VersionId): Plan | undefined {
  const text = labels?.[PLAN] ?? ''
  if (!/^[1-9]\d{0,5}$/.test(text)) return parsePlan(text, id)
  const parts = Array.from({ length: Number(text) }, (_, at) => labels?.[`${PLAN}.${at + 1}`])
  return parts.includes(undefined) ? undefined : parsePlan(parts.join(''), id)
}
