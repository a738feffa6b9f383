import { useComputedColorScheme } from '@mantine/core'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { TerminalId } from '../../../../shared/terminal.ts'
import { t } from '../../../messages/messages.ts'
import { searchTerminal } from './search-terminal.ts'
import { linkTerminal, type TerminalEnd } from './terminal-link.ts'
import { linkAddresses } from './terminal-links.ts'
import { terminalTheme } from './terminal-theme.ts'

/** What can be done with a terminal from outside. */
export interface TerminalHandle {
  /** Selects the next place of a text; whether there is one. */
  search(wanted: string, direction: 'up' | 'down'): boolean
  focus(): void
}

/** One terminal, as large as the room that it has. `hidden` ones go on. */
export function TerminalScreen({
  terminal,
  hidden,
  onEnd,
  onLeave,
  onSearch,
  ref,
}: {
  terminal: TerminalId
  hidden: boolean
  onEnd(end: TerminalEnd): void
  /** Called when the keyboard focus should leave. */
  onLeave(): void
  /** Called when the person wants to search. */
  onSearch(): void
  ref: Ref<TerminalHandle> | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const shown = useRef<Terminal>(undefined)
  const end = useRef(onEnd)
  end.current = onEnd
  const leave = useRef(onLeave)
  leave.current = onLeave
  const search = useRef(onSearch)
  search.current = onSearch
  useImperativeHandle(ref, () => ({
    search: (wanted, direction) =>
      shown.current !== undefined && searchTerminal(shown.current, wanted, direction),
    focus: () => shown.current?.focus(),
  }))
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    const element = box.current
    if (!element) return
    const xterm = new Terminal({
      fontFamily: '"JetBrains Mono", ui-monospace, "DejaVu Sans Mono", monospace',
      fontSize: 13,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      scrollback: 10_000,
      screenReaderMode: true,
      theme: terminalTheme(),
    })
    shown.current = xterm
    const fit = new FitAddon()
    xterm.loadAddon(fit)
    // Linked before it is fitted, so that the engine receives the first size.
    const unlink = linkTerminal(terminal, xterm, (how) => {
      xterm.options.disableStdin = true
      xterm.options.cursorBlink = false
      end.current(how)
    })
    xterm.open(element)
    const links = linkAddresses(xterm)
    xterm.textarea?.setAttribute('aria-label', t('terminal.input'))
    // The way out for who has no mouse, since Tab belongs to the shell.
    xterm.attachCustomKeyEventHandler((event) => {
      if (event.key === 'F' && event.ctrlKey && event.shiftKey) {
        event.preventDefault()
        if (event.type === 'keydown') search.current()
        return false
      }
      if (event.key !== 'F6') return true
      event.preventDefault()
      if (event.type === 'keydown') leave.current()
      return false
    })
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) fit.fit()
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      links.dispose()
      unlink()
      xterm.dispose()
    }
  }, [terminal])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the scheme.
  useEffect(() => {
    if (shown.current) shown.current.options.theme = terminalTheme()
  }, [scheme])
  useEffect(() => {
    if (!hidden) shown.current?.focus()
  }, [hidden])
  return <div ref={box} className="terminal-screen" hidden={hidden} />
}
