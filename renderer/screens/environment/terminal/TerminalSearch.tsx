import { TextInput } from '@mantine/core'
import { type RefObject, useState } from 'react'
import { t } from '../../../messages/messages.ts'
import type { TerminalHandle } from './TerminalScreen.tsx'

/** Searches what a terminal shows and showed: Enter goes up to older lines, Shift+Enter down, Escape back to the terminal. */
export function TerminalSearch({
  handle,
  close,
}: {
  handle: RefObject<TerminalHandle | null>
  close(): void
}) {
  const [found, setFound] = useState(true)
  return (
    <>
      <TextInput
        className="terminal-search"
        size="xs"
        aria-label={t('terminal.search')}
        placeholder={t('terminal.search')}
        autoFocus
        onChange={({ currentTarget: { value } }) =>
          setFound(value === '' || handle.current?.search(value, 'up') === true)
        }
        onKeyDown={({ key, shiftKey, currentTarget: { value } }) => {
          if (key === 'Enter') setFound(handle.current?.search(value, shiftKey ? 'down' : 'up') === true)
          if (key !== 'Escape') return
          close()
          handle.current?.focus()
        }}
      />
      <span className="faint" role="status">
        {!found && t('terminal.notFound')}
      </span>
    </>
  )
}
