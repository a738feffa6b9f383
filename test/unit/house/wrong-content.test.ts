import { expect, test } from 'vitest'
import { type Content, wrongContent } from '../../data/stack.ts'

test('data of two moments is told from data of one', () => {
  const before: Content = { db: 'rows', cache: 'keys', web: 'files' }
  const after: Content = { db: 'other rows', cache: 'other keys', web: 'files' }
  const known = { before, seed: after }
  expect(wrongContent(after, known, ['before', 'seed'])).toEqual([])
  expect(wrongContent(after, known, ['before'])).toHaveLength(1)
  expect(wrongContent({ ...before, cache: 'other keys' }, known, ['before', 'seed'])).toEqual([
    'the data is not wholly before or seed: db holds before; cache holds seed; web holds before = seed',
  ])
})
