import { expect, test } from 'vitest'
import { compareLayers } from '../../../main/explain/compare-layers.ts'

test('the layers that make the difference come first, and equal ones are left out', () => {
  const before = [
    { by: 'FROM', bytes: 70 },
    { by: 'COPY a', bytes: 5 },
    { by: 'RUN npm ci', bytes: 100 },
    { by: 'RUN gone', bytes: 9 },
  ]
  const after = [
    { by: 'FROM', bytes: 70 },
    { by: 'COPY a', bytes: 6 },
    { by: 'RUN npm ci', bytes: 500 },
    { by: 'RUN new', bytes: 30 },
    { by: 'ENV A=1', bytes: 0 },
  ]
  expect(compareLayers(before, after)).toEqual([
    { by: 'RUN npm ci', from: 100, to: 500 },
    { by: 'RUN new', from: null, to: 30 },
    { by: 'RUN gone', from: 9, to: null },
    { by: 'COPY a', from: 5, to: 6 },
  ])
})

test('an instruction that is there twice is compared in order', () => {
  const twice = (first: number, second: number) => [
    { by: 'RUN make', bytes: first },
    { by: 'RUN make', bytes: second },
  ]
  expect(compareLayers(twice(1, 2), twice(1, 3))).toEqual([{ by: 'RUN make', from: 2, to: 3 }])
  expect(compareLayers(twice(1, 2), [])).toEqual([
    { by: 'RUN make', from: 2, to: null },
    { by: 'RUN make', from: 1, to: null },
  ])
})
