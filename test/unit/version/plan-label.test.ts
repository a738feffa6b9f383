import { expect, test } from 'vitest'
import { planLabels, readPlanLabel } from '../../../main/version/plan-label.ts'
import { canonical } from '../../../shared/canonical.ts'
import type { InputFile, Plan } from '../../../shared/plan.ts'

const plan = (files: number): Plan => ({
  planVersion: 1,
  file: 'Dockerfile',
  services: [],
  inputs: Array.from(
    { length: files },
    (_, at): InputFile => [`${'é😀'.repeat(at % 7)}${at}`, false, 'f'.repeat(64)],
  ),
})

test('a short plan is one label, a long one is in pieces that are short', () => {
  expect(Object.keys(planLabels(plan(3)))).toEqual(['dev.pristine.plan'])
  const labels = planLabels(plan(500))
  expect(Object.keys(labels).length).toBeGreaterThan(20)
  for (const piece of Object.values(labels)) expect(piece.length).toBeLessThanOrEqual(2_000)
  for (const piece of Object.values(labels)) expect(piece.isWellFormed()).toBe(true)
})

test.for([0, 3, 20, 21, 22, 500])('a plan with %i inputs is read as it was written', (files) => {
  expect(readPlanLabel(planLabels(plan(files)))).toBe(canonical(plan(files)))
})

test('pieces of a longer plan that a base image brought are left aside', () => {
  for (const files of [3, 50]) {
    const labels = { ...planLabels(plan(500)), ...planLabels(plan(files)) }
    expect(readPlanLabel(labels)).toBe(canonical(plan(files)))
  }
})

test('a plan of which a piece is missing, or that is none, is none', () => {
  const { 'dev.pristine.plan.2': _, ...labels } = planLabels(plan(500))
  expect(readPlanLabel(labels)).toBe('')
  expect(readPlanLabel({ 'dev.pristine.plan': '999999' })).toBe('')
  expect(readPlanLabel(null)).toBe('')
})
