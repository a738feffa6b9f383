import { useEffect, useState } from 'react'
import { t } from '../messages/messages.ts'
import { showDialog } from '../store/app/dialogs.ts'
import { notify } from '../store/app/notices.ts'

/**
 * Takes what is dropped anywhere: a path or an address is put into the dialog that opens it, to be confirmed. The
 * desktop app sends the path of a dropped folder in a message; a browser does not reveal it.
 */
export function DropTarget() {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.some((type) => type === 'Files' || type === 'text/plain')) return
      event.preventDefault()
      setOver(event.type === 'dragover')
    }
    const drop = (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      const text = event.dataTransfer?.getData('text/plain').trim()
      const name = event.dataTransfer?.files[0]?.name
      if (text) showDialog({ kind: 'open', source: text.split('\n')[0] ?? '' })
      else if (name !== undefined && location.protocol !== 'app:') {
        showDialog({ kind: 'open', source: '' })
        notify({ tone: 'bad', text: t('open.dropped', { name }) })
      }
    }
    const dropped = (event: MessageEvent) => {
      if (event.source !== window || event.data?.kind !== 'pristine-drop') return
      const { path } = event.data as { path?: unknown }
      if (typeof path === 'string') showDialog({ kind: 'open', source: path })
    }
    window.addEventListener('dragover', drag)
    window.addEventListener('dragleave', drag)
    window.addEventListener('drop', drop)
    window.addEventListener('message', dropped)
    return () => {
      window.removeEventListener('dragover', drag)
      window.removeEventListener('dragleave', drag)
      window.removeEventListener('drop', drop)
      window.removeEventListener('message', dropped)
    }
  }, [])
  return over ? <div className="drop">{t('shell.drop')}</div> : null
}
