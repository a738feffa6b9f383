import { Button, type ButtonProps } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { t } from '../messages/messages.ts'
import { copyText } from '../store/app/clipboard.ts'

/** How long the confirmation is shown, in milliseconds. */
const SAID = 1_500

/** Copies a text, and confirms it for a moment. `label` names what is copied where the button's word does not. */
export function CopyButton({
  text,
  label,
  children = t('words.copy'),
  ...look
}: { text: string; label?: string; children?: ReactNode } & ButtonProps) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), SAID)
    return () => clearTimeout(timer)
  }, [done])
  const copy = async () => setDone(await copyText(text))
  return (
    <Button {...look} onClick={() => void copy()} {...(label !== undefined && { 'aria-label': label })}>
      {done ? t('words.copied') : children}
      <span className="hidden" role="status">
        {done && t('words.copied')}
      </span>
    </Button>
  )
}
