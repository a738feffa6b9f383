import type { Terminal } from '@xterm/xterm'
import type { TerminalId, TerminalSize } from '../../../../shared/terminal.ts'
import { client } from '../../../client/client.ts'
import type { ProductFailure } from '../../../client/failure.ts'
import { follow } from '../../../client/follow.ts'
import { notifyFailure } from '../../../store/app/notices.ts'

/** How a terminal came to its end: with its shell's exit code, or because it is known no longer. */
export type TerminalEnd = { code: number | null } | { failure: ProductFailure }

/**
 * Shows a terminal of the engine in one of the page: what it shows so far and from now on, what is typed, its size.
 * Comes back as what takes it apart again; the engine's terminal goes on.
 */
export function linkTerminal(
  terminal: TerminalId,
  shown: Terminal,
  ended: (end: TerminalEnd) => void,
): () => void {
  let from = 0
  let over = false
  const end = (how: TerminalEnd) => {
    over = true
    ended(how)
  }
  const stop = follow((signal) => client.terminals.watch({ terminal, from }, { signal }), {
    event: (event) => {
      if (event.kind === 'end') return end({ code: event.code })
      from = event.offset + event.text.length
      shown.write(event.text)
    },
    failed: (failure) => end({ failure }),
  })
  const writer = typing((text) => client.terminals.write({ terminal, text }))
  const typed = shown.onData((text) => over || writer(text))
  const resized = shown.onResize(({ cols, rows }) => {
    if (!over) void client.terminals.resize({ terminal, size: sizeOf(cols, rows) }).catch(() => {})
  })
  return () => {
    stop()
    typed.dispose()
    resized.dispose()
  }
}

/** A size within what the engine takes. */
const sizeOf = (columns: number, rows: number): TerminalSize => ({
  columns: Math.min(1000, Math.max(2, columns)),
  rows: Math.min(1000, Math.max(1, rows)),
})

/** Sends what is typed in order, one message after the other. */
function typing(send: (text: string) => Promise<unknown>): (text: string) => void {
  let waiting = ''
  let sending = false
  const next = async () => {
    if (sending) return
    sending = true
    try {
      while (waiting !== '') {
        const text = waiting
        waiting = ''
        await send(text)
      }
    } catch (error) {
      waiting = ''
      notifyFailure(error)
    } finally {
      sending = false
    }
  }
  return (text) => {
    waiting += text
    void next()
  }
}
