import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { t } from '../../messages/messages.ts'

/** The field that searches the list; `/` goes there, Escape empties it, and the arrow down goes on into the list. */
export function Search({ text, change }: { text: string; change(text: string): void }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || inField) return
      if (document.querySelector('[role=dialog]')) return
      event.preventDefault()
      field.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [])
  return (
    <TextInput
      ref={field}
      className="search"
      type="search"
      aria-label={t('home.search')}
      aria-keyshortcuts="/"
      placeholder={t('home.search')}
      leftSection={<IconSearch size={15} aria-hidden="true" />}
      rightSection={text === '' ? <kbd>/</kbd> : undefined}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('')
        if (event.key !== 'ArrowDown') return
        event.preventDefault()
        document.querySelector<HTMLElement>('.environment[data-selected] h2 a')?.focus()
      }}
    />
  )
}
