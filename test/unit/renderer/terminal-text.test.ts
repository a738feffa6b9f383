import { expect, test } from 'vitest'
import { linksIn } from '../../../renderer/store/text/terminal-text.ts'

test.each([
  ['Local: http://localhost:5173/', [{ at: 7, address: 'http://localhost:5173/' }]],
  ['see (https://example.org/a?b=c#d).', [{ at: 5, address: 'https://example.org/a?b=c#d' }]],
  [
    'http://a.test, https://b.test!',
    [
      { at: 0, address: 'http://a.test' },
      { at: 15, address: 'https://b.test' },
    ],
  ],
  ['javascript:alert(1) file:///etc/passwd', []],
])('the addresses in "%s"', (text, expected) => {
  expect(linksIn(text)).toEqual(expected)
})
