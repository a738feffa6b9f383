import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import { connection, isLost, tryNow } from '../client/connection.ts'
import { isDesktop } from '../client/port-transport.ts'
import { dateOf } from '../components/format.ts'
import { t } from '../messages/messages.ts'

/**
 * Reports for the whole page that the connection is lost, what to do next, and how old the displayed state is. Nothing
 * else on the page repeats it.
 */
export function ConnectionBanner() {
  const { state, lastOnline } = useStore(connection)
  if (!isLost({ state })) return null
  const refused = state === 'refused'
  return (
    <section className="card banner" role="alert">
      <i className={`dot ${refused ? 'bad' : 'warn'}`} />
      <div className="grow">
        <strong>{t(refused ? 'shell.refusedTitle' : 'shell.offlineTitle')}</strong>
        <p>{t(refused ? 'shell.refusedText' : isDesktop ? 'shell.offlineDesktop' : 'shell.offlineText')}</p>
        {lastOnline !== undefined && (
          <p className="dim">{t('shell.lastKnown', { time: dateOf(lastOnline) })}</p>
        )}
      </div>
      {!refused && <Button onClick={tryNow}>{t('shell.tryNow')}</Button>}
    </section>
  )
}
