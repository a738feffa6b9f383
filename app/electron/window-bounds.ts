import { readFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import * as z from 'zod/mini'
import { writeFileWhole } from '../../main/store/write-file.ts'

/** Where the window was, in pixels of the screen. */
const Bounds = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().check(z.positive()),
  height: z.int().check(z.positive()),
})
const Remembered = z.strictObject({ bounds: Bounds, maximized: z.boolean() })
export type Remembered = z.infer<typeof Remembered>

export const SMALLEST = { width: 640, height: 480 }
const USUAL = { width: 1280, height: 800 }

/** What a file remembers; undefined when it is not there or was not written by us. */
export function readRemembered(file: string): Remembered | undefined {
  try {
    return Remembered.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

export const remember = (file: string, remembered: Remembered): Promise<void> =>
  writeFileWhole(file, `${JSON.stringify(remembered)}\n`)

/**
 * Bounds that lie wholly within one of the displays that are there now: the one that shows most of them, else the first.
 * Without remembered ones, the usual size in the middle of the first.
 */
export function fitBounds(wanted: Rectangle | undefined, displays: Rectangle[]): Rectangle {
  const first = displays[0] ?? { x: 0, y: 0, ...USUAL }
  const shown = wanted
    ? displays.reduce((best, one) => (overlap(wanted, one) > overlap(wanted, best) ? one : best), first)
    : first
  const size = wanted ?? USUAL
  const width = Math.min(Math.max(size.width, SMALLEST.width), shown.width)
  const height = Math.min(Math.max(size.height, SMALLEST.height), shown.height)
  const within = (at: number, from: number, room: number) => Math.min(Math.max(at, from), from + room)
  const middle = { x: shown.x + (shown.width - width) / 2, y: shown.y + (shown.height - height) / 2 }
  const lost = !wanted || overlap(wanted, shown) === 0
  return {
    x: Math.round(within(lost ? middle.x : wanted.x, shown.x, shown.width - width)),
    y: Math.round(within(lost ? middle.y : wanted.y, shown.y, shown.height - height)),
    width,
    height,
  }
}

/** How much two rectangles share, in square pixels. */
function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}
