import { Button } from '@mantine/core'
import type { Operation } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { changeText } from '../../components/change-parts.ts'
import { ago, dateOf, duration } from '../../components/format.ts'
import { StateIcon, type StateTone } from '../../components/StateIcon.tsx'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import type { Activity } from '../../store/operations/activity-groups.ts'

const TONES: Record<Operation['state'], StateTone> = {
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'ended',
  lost: 'warn',
}

/** One operation: what it was, why, how it ended and when. `step`: that runs now. */
export function ActivityRow({ operation, step }: { operation: Activity; step: string | undefined }) {
  const { id, project, name, kind, state, startedAt, endedAt, plan } = operation
  const began = Date.parse(startedAt)
  return (
    <li>
      <StateIcon tone={TONES[state]} />
      <a className="what" href={hrefOf({ screen: 'build', project, operation: id })}>
        {t(`activity.kind.${kind}`)}
      </a>
      <span className="about dim" title={plan?.because.map(changeText).join('\n')}>
        {plan && planText(plan)}
      </span>
      <span className="step dim">
        {endedAt === null
          ? stateText(state, step)
          : t('activity.took', { state: stateText(state), time: duration(Date.parse(endedAt) - began) })}
      </span>
      <time className="when faint" dateTime={startedAt} title={dateOf(began)}>
        {ago(began, Date.now())}
      </time>
      <span className="doing">
        {state === 'running' && (
          <Button
            size="compact-sm"
            aria-label={t('activity.cancelOf', { what: t(`activity.doing.${kind}`, { name }) })}
            onClick={() => client.operations.cancel({ project, operation: id }).catch(notifyFailure)}
          >
            {t('activity.cancel')}
          </Button>
        )}
      </span>
    </li>
  )
}

const stateText = (state: Operation['state'], step = ''): string =>
  state === 'running' && step !== '' ? t('activity.runningStep', { step }) : t(`activity.${state}`)

/** The version that it was about, and why: "v5 · nanoid 5.1.6 → 5.1.5". */
function planText({ ordinal, because }: NonNullable<Operation['plan']>): string {
  const [first] = because
  const version = t('activity.version', { ordinal })
  if (!first) return version
  const more = because.length - 1
  return t('activity.because', { version, reason: changeText(first), more, count: because.length })
}
