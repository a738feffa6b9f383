import { Button, Skeleton } from '@mantine/core'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { Operation } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { changeText } from '../../components/change-parts.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { ago, dateOf, duration } from '../../components/format.ts'
import { PageHead } from '../../components/PageHead.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { notifyFailure } from '../../store/notices.ts'
import { projects } from '../../store/projects.ts'
import './builds.css'

const TONES: Record<Operation['state'], string> = {
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'ring',
  lost: 'warn',
}

/** What was done lately in all projects, and what goes on. */
export default function BuildsScreen() {
  const running = useStore(
    projects,
    useShallow(({ projects = [] }) =>
      projects.flatMap(({ operation }) => (operation ? [operation.id, operation.step?.name ?? ''] : [])),
    ),
  )
  const ids = running.filter((_, at) => at % 2 === 0)
  const steps = new Map(ids.map((id, at): [string, string] => [id, running[at * 2 + 1] ?? '']))
  // The list is requested again whenever another operation runs.
  const { value, failure, again } = useAnswer(ids.join(), (signal) => client.operations.list({}, { signal }))
  const now = Date.now()
  const list = value?.toSorted((a, b) => Number(b.state === 'running') - Number(a.state === 'running'))
  return (
    <div>
      <PageHead title={t('builds.title')} />
      {failure && <FailureBox report={failure.report} retry={again} />}
      {!list && !failure && (
        <div className="card" role="status" aria-label={t('builds.loading')} style={{ padding: 20 }}>
          <Skeleton height={14} width="50%" />
        </div>
      )}
      {list?.length === 0 && (
        <div className="card empty">
          <h2>{t('builds.empty')}</h2>
          <p>{t('builds.emptyHint')}</p>
        </div>
      )}
      {list && list.length > 0 && (
        <ul className="card operations" aria-label={t('builds.list')}>
          {list.map(({ id, project, name, kind, state, startedAt, endedAt, plan }) => (
            <li key={id}>
              <i className={`dot ${TONES[state]}`} />
              <h2>
                <a href={hrefOf({ screen: 'build', project, operation: id })}>
                  {t(`builds.doing.${kind}`, { name })}
                </a>
              </h2>
              <span className="about dim" title={plan?.because.map(changeText).join('\n')}>
                {plan && planText(plan)}
              </span>
              <span className="step dim">
                {endedAt === null
                  ? stateText(state, steps.get(id))
                  : t('builds.took', {
                      state: stateText(state),
                      time: duration(Date.parse(endedAt) - Date.parse(startedAt)),
                    })}
              </span>
              <time className="when faint" dateTime={startedAt} title={dateOf(Date.parse(startedAt))}>
                {ago(Date.parse(startedAt), now)}
              </time>
              <span className="doing">
                {state === 'running' && (
                  <Button
                    size="compact-sm"
                    aria-label={t('builds.cancelOf', { what: t(`builds.doing.${kind}`, { name }) })}
                    onClick={() => client.operations.cancel({ project, operation: id }).catch(notifyFailure)}
                  >
                    {t('builds.cancel')}
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const stateText = (state: Operation['state'], step = ''): string =>
  state === 'running' && step !== '' ? t('builds.runningStep', { step }) : t(`builds.${state}`)

/** The version that it was about, and why: "v5 · nanoid 5.1.6 → 5.1.5". */
function planText({ ordinal, because }: NonNullable<Operation['plan']>): string {
  const [first] = because
  const version = t('builds.version', { ordinal })
  if (!first) return version
  const more = because.length - 1
  return t('builds.because', { version, reason: changeText(first), more, count: because.length })
}
