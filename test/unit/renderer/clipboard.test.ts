import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { copyFromMenu, copyText } from '../../../renderer/store/app/clipboard.ts'
import { clearNotices, notices } from '../../../renderer/store/app/notices.ts'

const shown = () => notices.getState().notices.map(({ tone, text }) => ({ tone, text }))
/** A browser that puts what is copied into `copied`, or refuses to. */
function browser(copied: string[], refusal?: Error) {
  const writeText = async (text: string) => {
    if (refusal) throw refusal
    copied.push(text)
  }
  vi.stubGlobal('navigator', { clipboard: { writeText } })
}
beforeEach(clearNotices)
afterEach(() => vi.unstubAllGlobals())

test('copying from a menu is confirmed by a notice', async () => {
  const copied: string[] = []
  browser(copied)
  await copyFromMenu('/home/ada/shop', 'Path copied')
  expect(copied).toEqual(['/home/ada/shop'])
  expect(shown()).toEqual([{ tone: 'good', text: 'Path copied' }])
})

test('a browser that refuses to copy is reported, and nothing is confirmed', async () => {
  browser([], new Error('Write permission denied.'))
  expect(await copyText('secret')).toBe(false)
  await copyFromMenu('/home/ada/shop', 'Path copied')
  expect(shown()).toEqual([
    expect.objectContaining({ tone: 'bad' }),
    expect.objectContaining({ tone: 'bad' }),
  ])
})
