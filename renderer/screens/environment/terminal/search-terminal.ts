import type { Terminal } from '@xterm/xterm'
import { wholeLine } from './terminal-links.ts'

/**
 * Selects the next place of a text in a terminal, without case, upwards or downwards from what is selected, around the ends;
 * whether there is one.
 */
export function searchTerminal(xterm: Terminal, wanted: string, direction: 'up' | 'down'): boolean {
  const places = placesOf(xterm, wanted.toLowerCase())
  if (places.length === 0) {
    xterm.clearSelection()
    return false
  }
  const { start } = xterm.getSelectionPosition() ?? { start: { x: 0, y: xterm.buffer.active.length } }
  const from = start.y * xterm.cols + start.x
  const place =
    direction === 'up'
      ? (places.findLast((at) => at < from) ?? places.at(-1))
      : (places.find((at) => at > from) ?? places[0])
  if (place === undefined) return false
  const row = Math.floor(place / xterm.cols)
  xterm.select(place % xterm.cols, row, wanted.length)
  xterm.scrollToLine(Math.max(0, row - Math.floor(xterm.rows / 2)))
  return true
}

/** Where a text begins in the whole buffer, in cells from its beginning. */
function placesOf(xterm: Terminal, wanted: string): number[] {
  const places: number[] = []
  if (wanted === '') return places
  for (let row = 0; row < xterm.buffer.active.length; row++) {
    if (xterm.buffer.active.getLine(row)?.isWrapped) continue
    const text = wholeLine(xterm, row).text.toLowerCase()
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1))
      places.push(row * xterm.cols + at)
  }
  return places
}
