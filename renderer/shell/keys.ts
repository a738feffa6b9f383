import { useEffect } from 'react'

const isMac = /^Mac/.test(navigator.platform)

/** How the keys of the command palette are written on this computer. */
export const COMMAND_KEYS = isMac ? '⌘ K' : 'Ctrl K'

/** Handles keys wherever the focus is, except those typed into a field. */
export function useKeys(keys: { commands(): void; help(): void }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (isMac ? event.metaKey : event.ctrlKey) && !event.shiftKey) {
        event.preventDefault()
        keys.commands()
      }
      const field =
        event.target instanceof Element && event.target.matches('input, textarea, [contenteditable]')
      if (event.key === '?' && !field) keys.help()
    }
    // Before a terminal takes them.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [keys])
}
