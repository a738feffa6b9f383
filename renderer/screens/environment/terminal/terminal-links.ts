import type { IBufferLine, Terminal } from '@xterm/xterm'
import { openOutside } from '../../../store/app/outside.ts'
import { linksIn } from '../../../store/text/terminal-text.ts'

/** Makes addresses in a terminal open in the browser, also those that are wrapped over several rows. */
export function linkAddresses(xterm: Terminal): { dispose(): void } {
  return xterm.registerLinkProvider({
    provideLinks: (row, found) => {
      const { first, text } = wholeLine(xterm, row - 1)
      const columns = xterm.cols
      const links = linksIn(text).map(({ at, address }) => {
        const end = at + address.length - 1
        return {
          text: address,
          range: {
            start: { x: (at % columns) + 1, y: first + Math.floor(at / columns) + 1 },
            end: { x: (end % columns) + 1, y: first + Math.floor(end / columns) + 1 },
          },
          activate: () => void openOutside(address),
        }
      })
      found(links)
    },
  })
}

/** A line as it was printed, of the rows that it wraps over, and the first of these. */
export function wholeLine(xterm: Terminal, row: number): { first: number; text: string } {
  const { active } = xterm.buffer
  let first = row
  while (first > 0 && active.getLine(first)?.isWrapped) first--
  let text = textOf(active.getLine(first))
  for (let next = first + 1; active.getLine(next)?.isWrapped; next++) text += textOf(active.getLine(next))
  return { first, text: text.trimEnd() }
}

const textOf = (line: IBufferLine | undefined): string => line?.translateToString(false) ?? ''
