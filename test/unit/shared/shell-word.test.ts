import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from '../../../shared/shell-word.ts'
import { anyText } from '../../fuzz/any-text.ts'

test('what is plain stays as it is, and a blank is quoted', () => {
  expect(shellWord('../shop-1/x.y')).toBe('../shop-1/x.y')
  expect(shellWord("it's here")).toBe(`'it'\\''s here'`)
})

test('any name is one word on one line, and a shell reads it back', () => {
  const words = fc.sample(anyText({ minLength: 1, maxLength: 12 }), 60)
  const names = ['a\nb', 'a\u202eb', "'", '\\', '$HOME', '-x', ...words]
    .map((name) => name.replaceAll('\0', '').toWellFormed())
    .filter((name) => name !== '')
  const written = names.map(shellWord)
  for (const word of written) expect(word).not.toMatch(/[\n\u202e]/)
  const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${written.join(' ')}`], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  expect(stdout.toString('utf8').split('\0').slice(0, -1)).toEqual(names)
})
