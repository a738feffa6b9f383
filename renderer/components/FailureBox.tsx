import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ErrorReport } from '../../shared/operation.ts'
import { connection } from '../client/connection.ts'
import { t } from '../messages/messages.ts'
import { CopyButton } from './CopyButton.tsx'
import './failure-box.css'

/**
 * A failure in the place of what could not be shown: what happened, why, what to do next. The page reports a lost
 * connection once, for all of it.
 */
export function FailureBox({ report, retry }: { report: ErrorReport; retry?: () => void }) {
  const online = useStore(connection, ({ state }) => state === 'online')
  if (report.code === 'connection-lost' && !online) return null
  return (
    <section className="card failure-box" role="alert">
      <h2>{report.message}</h2>
      <pre>{report.why}</pre>
      <p>{report.hint}</p>
      <div className="row">
        {retry && <Button onClick={retry}>{t('failure.retry')}</Button>}
        <CopyButton text={errorText(report)}>{t('failure.copy')}</CopyButton>
      </div>
    </section>
  )
}

/** An error as text, to be sent to someone. */
export const errorText = ({ code, message, why, hint }: ErrorReport): string =>
  `${message}\n${why}\n${hint}\n[${code}]\n`
