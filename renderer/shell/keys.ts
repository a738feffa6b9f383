import { useEffect } from 'react'

const isMac = /^Mac/.test(navigator.platform)
const withCommand = (key: string) => (isMac ? `⌘ ${key}` : `Ctrl ${key}`)

/** How the keys that work everywhere are written on this computer. */
export const KEYS = {
  commands: withCommand('K'),
  open: withCommand('O'),
  settings: withCommand(','),
  find: withCommand('F'),
  help: '?',
}

/** What the keys do, by the key that is pressed with ⌘ or Ctrl. */
const WITH_COMMAND = { k: 'commands', o: 'open', ',': 'settings' } as const

/**
 * Handles keys wherever the focus is, except those that are typed into a field, or meant for a program in a terminal. A dialog
 * keeps what was entered in it: while one `isAsking`, only the commands open, above it.
 */
export function useKeys(
  does: Record<(typeof WITH_COMMAND)[keyof typeof WITH_COMMAND] | 'help', () => void>,
  isAsking: () => boolean,
): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event
      const inTerminal = target instanceof Element && target.closest('.xterm') !== null
      if ((isMac ? event.metaKey : event.ctrlKey) && !event.shiftKey && !event.altKey) {
        const name = WITH_COMMAND[event.key.toLowerCase() as keyof typeof WITH_COMMAND]
        if (name === undefined || (inTerminal && name !== 'commands')) return
        event.preventDefault()
        if (name === 'commands' || !isAsking()) does[name]()
      }
      const inField = target instanceof Element && target.matches('input, textarea, [contenteditable]')
      if (event.key === '?' && !inField && !isAsking()) does.help()
    }
    // Before a terminal takes them.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [does, isAsking])
}
