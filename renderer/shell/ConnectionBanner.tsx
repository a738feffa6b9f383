import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import { connection, tryNow } from '../client/connection.ts'
import { t } from '../messages/messages.ts'

/** Says that what is shown may be old, or why nothing can be shown. */
export function ConnectionBanner() {
  const state = useStore(connection, (store) => store.state)
  if (state === 'offline') {
    return (
      <div className="card banner" role="alert">
        <i className="dot warn" />
        <p className="grow">{t('shell.offlineBanner')}</p>
        <Button onClick={tryNow}>{t('shell.tryNow')}</Button>
      </div>
    )
  }
  if (state === 'refused') {
    return (
      <div className="card banner" role="alert">
        <i className="dot bad" />
        <div className="grow">
          <strong>{t('shell.refusedTitle')}</strong>
          <p className="dim">{t('shell.refusedText')}</p>
        </div>
      </div>
    )
  }
  return null
}
