import { useEffect } from 'react'
import { isAddress } from '../../../shared/source.ts'
import { dialogs, showDialog } from '../../store/app/dialogs.ts'

/** Puts a git URL that is pasted outside of any field into the dialog that opens it, to be confirmed. */
export function usePasted(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const { target } = event
      const text = event.clipboardData?.getData('text/plain').trim() ?? ''
      if (target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')) return
      if (!isAddress(text) || dialogs.getState().dialog) return
      event.preventDefault()
      showDialog({ kind: 'open', source: text })
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [])
}
