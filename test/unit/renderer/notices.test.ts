import { beforeEach, expect, test } from 'vitest'
import { isShown } from '../../../renderer/route.ts'
import {
  clearNotices,
  dismiss,
  expire,
  lineOf,
  notices,
  notify,
  popUpsOf,
  readAll,
  record,
  unreadOf,
} from '../../../renderer/store/app/notices.ts'

const all = () => notices.getState().notices
const popUps = () => popUpsOf(all()).map(({ text }) => text)
beforeEach(clearNotices)

test('what went well in the background does not pop up, and counts until the tray is opened', () => {
  record({ tone: 'good', text: 'shop is running' })
  expect(popUps()).toEqual([])
  expect(unreadOf(all())).toBe(1)
  readAll()
  expect(unreadOf(all())).toBe(0)
  expect(all()).toHaveLength(1)
})

test('a failure pops up; when its time is over it still counts, when it was closed it does not', () => {
  notify({ tone: 'bad', text: 'billing failed' })
  notify({ tone: 'bad', text: 'docs failed' })
  expect(popUps()).toEqual(['billing failed', 'docs failed'])
  const [billing, docs] = all()
  expire(billing?.id ?? 0)
  dismiss(docs?.id ?? 0)
  expect(popUps()).toEqual([])
  expect(unreadOf(all())).toBe(1)
})

test('the good answer to what a person did is said in a line, lies over nothing, and is not counted', () => {
  notify({ tone: 'good', text: 'Reset in 0.6 s' })
  notify({ tone: 'good', text: 'Copied' })
  expect(popUps()).toEqual([])
  const line = lineOf(all())
  expect(line?.text).toBe('Copied')
  expire(line?.id ?? 0)
  expect(lineOf(all())).toBeUndefined()
  notify({ tone: 'good', text: 'Copied' })
  readAll()
  expect(lineOf(all())).toBeUndefined()
  expect(unreadOf(all())).toBe(0)
})

test('of many the last lie over the page, and the tray keeps more, but not without end', () => {
  for (let at = 0; at < 60; at++) notify({ tone: 'bad', text: `${at}` })
  expect(popUps()).toEqual(['56', '57', '58', '59'])
  expect(all().map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, at) => `${at + 10}`))
})

test('the page that is open tells about its project itself', () => {
  const [shop, docs] = ['shop-0a1b2c3d', 'docs-0a1b2c3d']
  for (const part of ['overview', 'logs']) expect(isShown(shop, `#/projects/${shop}/${part}`)).toBe(true)
  expect(isShown(docs, `#/projects/${shop}/overview`)).toBe(false)
  for (const hash of ['', '#/', '#/activity', '#/cleanup']) expect(isShown(shop, hash)).toBe(false)
})
