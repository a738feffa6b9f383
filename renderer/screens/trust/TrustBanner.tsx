import { Button } from '@mantine/core'
import type { ProjectSummary } from '../../../shared/project.ts'
import { t } from '../../messages/messages.ts'
import { showDialog } from '../../store/dialogs.ts'

/** Says that a person is waited for, and opens the sheet. */
export function TrustBanner({ summary: { key, version, operation } }: { summary: ProjectSummary }) {
  const which = version ? 'bannerMore' : 'bannerFirst'
  return (
    <section className="card overview-wanted trust-banner">
      <div className="grow">
        <h2>{t(`trust.${which}`)}</h2>
        <p className="dim">{t(`trust.${which}Why`)}</p>
      </div>
      <Button disabled={operation !== null} onClick={() => showDialog({ kind: 'trust', project: key })}>
        {t('action.trust')}
      </Button>
    </section>
  )
}
