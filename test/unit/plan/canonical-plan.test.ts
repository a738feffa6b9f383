import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalPlan } from '../../../main/plan/canonical-plan.ts'
import { canonical } from '../../../shared/canonical.ts'
import type { InputFile, Plan } from '../../../shared/plan.ts'
import { FORM_1 } from './form-1.ts'

const FORM_1_PLAN: Plan = JSON.parse(FORM_1.text)

/** Names as file systems have them, with all that JSON escapes. */
const names = fc.string({ unit: 'grapheme' })
const files = fc.array(fc.tuple(names, fc.boolean(), fc.constantFrom('a'.repeat(64), 'dir', '-> \u2028"\\')))

test('a plan has the canonical text of any value', () => {
  expect(canonicalPlan(FORM_1_PLAN)).toBe(FORM_1.text)
  const holds = (inputs: InputFile[], lists: InputFile[][]): void => {
    const [service] = FORM_1_PLAN.services
    const services = lists.flatMap((list) =>
      service ? [{ ...service, files: list, target: undefined }] : [],
    )
    const plan = { ...FORM_1_PLAN, services, inputs } as Plan
    expect(canonicalPlan(plan)).toBe(canonical(plan))
  }
  fc.assert(fc.property(files, fc.array(files), holds))
})

test('a name that has no canonical form is refused', () => {
  expect(() => canonicalPlan({ ...FORM_1_PLAN, inputs: [['\ud800', false, 'dir']] })).toThrow(/surrogate/)
})
