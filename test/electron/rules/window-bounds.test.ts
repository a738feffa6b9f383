import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fitBounds, readRemembered, remember, SMALLEST } from '../../../app/electron/window-bounds.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-bounds-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const LEFT = { x: 0, y: 25, width: 1920, height: 1055 }
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1440 }

test('a window comes back where it was', () => {
  const was = { x: 2000, y: 100, width: 1400, height: 900 }
  expect(fitBounds(was, [LEFT, RIGHT])).toEqual(was)
})

test('without a memory it is in the middle of the first display', () => {
  expect(fitBounds(undefined, [LEFT, RIGHT])).toEqual({ x: 320, y: 153, width: 1280, height: 800 })
})

test('a display that is gone does not hold a window', () => {
  const was = { x: 2000, y: 100, width: 1400, height: 900 }
  expect(fitBounds(was, [LEFT])).toEqual({ x: 260, y: 103, width: 1400, height: 900 })
})

test('whatever is remembered, the window is wholly on a display, and as large as can be used', () => {
  const number = fc.integer({ min: -100_000, max: 100_000 })
  const size = fc.integer({ min: 1, max: 100_000 })
  const rectangle = fc.record({ x: number, y: number, width: size, height: size })
  const display = fc.record({
    x: number,
    y: number,
    width: fc.integer({ min: 640, max: 8000 }),
    height: fc.integer({ min: 480, max: 8000 }),
  })
  fc.assert(
    fc.property(
      fc.option(rectangle, { nil: undefined }),
      fc.array(display, { minLength: 1, maxLength: 4 }),
      (was, displays) => {
        const fit = fitBounds(was, displays)
        expect(fit.width).toBeGreaterThanOrEqual(SMALLEST.width)
        expect(fit.height).toBeGreaterThanOrEqual(SMALLEST.height)
        const inside = displays.some(
          ({ x, y, width, height }) =>
            fit.x >= x && fit.y >= y && fit.x + fit.width <= x + width && fit.y + fit.height <= y + height,
        )
        expect(inside).toBe(true)
      },
    ),
  )
})

test.each([
  ['nothing', ''],
  ['garbage', '\u0000\u0001garbage'],
  ['half of it', '{"bounds":{"x":1'],
  ['another shape', '{"bounds":[1,2,3,4],"maximized":false}'],
  ['a negative size', '{"bounds":{"x":0,"y":0,"width":-5,"height":5},"maximized":false}'],
  ['no number', '{"bounds":{"x":0,"y":0,"width":"wide","height":5},"maximized":false}'],
  ['fractions', '{"bounds":{"x":0.5,"y":0,"width":5,"height":5},"maximized":false}'],
  ['null', 'null'],
])('a file with %s is no memory', async (_, text) => {
  const file = path.join(folder, 'window.json')
  await writeFile(file, text)
  expect(readRemembered(file)).toBeUndefined()
})

test('what was remembered is read again; a missing file and a folder are no memory', async () => {
  const file = path.join(folder, 'new', 'window.json')
  const remembered = { bounds: { x: 1, y: 2, width: 800, height: 600 }, maximized: true }
  await remember(file, remembered)
  expect(readRemembered(file)).toEqual(remembered)
  expect(readRemembered(path.join(folder, 'none.json'))).toBeUndefined()
  expect(readRemembered(folder)).toBeUndefined()
})
