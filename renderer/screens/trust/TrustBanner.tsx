import { Button } from '@mantine/core'
import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { showDialog } from '../../store/app/dialogs.ts'

/** Reports that a person's consent is needed, and opens the dialog. */
export function TrustBanner({ summary: { key, version, operation } }: { summary: ProjectSummary }) {
  const request = useAnswer(key, (signal) => client.trust.request({ project: key }, { signal }))
  // The text depends on the origin; for an unreadable definition the permissions are unknown.
  if (!request.value && !request.failure) return null
  const first = request.value?.origin === 'clone' ? 'bannerClone' : 'bannerOwn'
  const which = version ? 'bannerMore' : first
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
