import { expect, test } from 'vitest'
import { describeDeferred } from '../../../shared/clone.ts'

test.each([
  [{ submodules: ['lib'], largeFiles: 0 }, '1 submodule (lib)'],
  [{ submodules: [], largeFiles: 1 }, '1 large file (Git LFS)'],
  [
    { submodules: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], largeFiles: 12 },
    '7 submodules (a, b, c, d, e and 2 more), 12 large files (Git LFS)',
  ],
  [{ submodules: ['\u001b[2K\u202ebil'], largeFiles: 0 }, '1 submodule (\\u{1b}[2K\\u{202e}bil)'],
])('what a clone left out is told in a line: %j', (leftOut, text) => {
  expect(describeDeferred(leftOut)).toBe(text)
})
