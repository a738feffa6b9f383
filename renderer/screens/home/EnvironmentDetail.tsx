import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../shared/project.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { errorText } from '../../components/FailureBox.tsx'
import { ServiceUsage } from '../../components/usage/ServiceUsage.tsx'
import { useActionLabel } from '../../components/use-action-label.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf, TABS } from '../../route.ts'
import { act, openPort } from '../../store/actions/perform-action.ts'
import { engine } from '../../store/app/engine.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { causeOf, failedPlace } from '../../store/operations/failure-cause.ts'
import { environmentDisplay, restOf } from '../../store/projects/environment-state.ts'
import './environment-detail.css'

/** What the row of an environment has no room for. */
export default function EnvironmentDetail({ summary }: { summary: ProjectSummary }) {
  const { key, name, ports, state, failure, operation } = summary
  const display = environmentDisplay(
    summary,
    useStore(engine, (store) => store.engine),
  )
  const word = useActionLabel(key)
  const cause = failure && causeOf(failure.error)
  const actions = [...display.beside, ...restOf(summary, display)]
  return (
    <aside className="environment-detail" aria-label={t('home.detailOf', { name })}>
      <h2>{name}</h2>
      <nav className="detail-tabs" aria-label={t('home.detailTabs', { name })}>
        {TABS.map((tab) => (
          <a key={tab} href={hrefOf({ screen: 'environment', project: key, tab })}>
            {t(`environment.tab.${tab}`)}
          </a>
        ))}
      </nav>
      {actions.length > 0 && (
        <div className="detail-actions">
          {actions.map((action) => (
            <Button
              key={action}
              size="compact-sm"
              aria-label={t('home.actionOf', { action: word(action), name })}
              onClick={() => act(action, summary)}
            >
              {word(action)}
            </Button>
          ))}
        </div>
      )}
      {failure && !operation && (
        <section className="detail-failure">
          <h3>{cause}</h3>
          {cause === failure.error.message ? (
            <p>{failure.error.why}</p>
          ) : (
            <p className="mono">{failedPlace(failure.error)?.what || failure.error.message}</p>
          )}
          <p>{failure.error.hint}</p>
          <CopyButton size="compact-sm" text={errorText(failure.error)}>
            {t('failure.copy')}
          </CopyButton>
        </section>
      )}
      {ports.length > 0 && (
        <section>
          <h3>{t('home.ports')}</h3>
          <ul className="detail-ports">
            {ports.map((port) => (
              <li key={port.host}>
                <code>{port.container}</code>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={t('overview.openPort', { port: port.host })}
                  onClick={() => openPort(port).catch(notifyFailure)}
                >
                  {t('action.open')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {(state === 'ready' || state === 'unhealthy') && (
        <section>
          <h3>{t('usage.title')}</h3>
          <ServiceUsage project={key} besides />
        </section>
      )}
    </aside>
  )
}
