import { expect, test } from 'vitest'
import { readLegacyPlanLabel } from '../../../main/plan/legacy-plan-label.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { FORM_1 } from './form-1.ts'

const { id, text } = FORM_1

/** The labels as an older Pristine wrote them. */
const inPieces = (size: number): Record<string, string> => {
  const pieces = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
  const numbered = pieces.map((piece, at) => [`dev.pristine.plan.${at + 1}`, piece])
  return { 'dev.pristine.plan': String(pieces.length), ...Object.fromEntries(numbered) }
}

test('the plan that an older image carries is read, in one label or in pieces', () => {
  expect(readLegacyPlanLabel({ 'dev.pristine.plan': text }, id)).toEqual(JSON.parse(text))
  expect(readLegacyPlanLabel(inPieces(400), id)).toEqual(JSON.parse(text))
  // Pieces of a longer plan that a base image brought count for nothing.
  expect(readLegacyPlanLabel({ ...inPieces(100), ...inPieces(400) }, id)).toEqual(JSON.parse(text))
})

test('a plan that makes another version, of which a piece is missing, or that is none, is none', () => {
  const other = 'a'.repeat(64) as VersionId
  expect(readLegacyPlanLabel({ 'dev.pristine.plan': text }, other)).toBeUndefined()
  const { 'dev.pristine.plan.2': _, ...labels } = inPieces(400)
  expect(readLegacyPlanLabel(labels, id)).toBeUndefined()
  expect(readLegacyPlanLabel({ 'dev.pristine.plan': '999999' }, id)).toBeUndefined()
  expect(readLegacyPlanLabel({ 'dev.pristine.plan': '{"planVersion":3}' }, id)).toBeUndefined()
  expect(readLegacyPlanLabel({}, id)).toBeUndefined()
  expect(readLegacyPlanLabel(null, id)).toBeUndefined()
})
