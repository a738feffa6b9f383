import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { about, duration } from '../../../components/format.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { useClock } from '../../../components/use-clock.ts'
import { t } from '../../../messages/messages.ts'
import { hrefOf } from '../../../route.ts'
import { type Recorded, railOf, swapState } from '../../../store/operations/build-rail.ts'
import { isOver } from '../../../store/projects/environment-state.ts'
import { isAlone, type LiveRun } from '../../../store/projects/live-run.ts'
import { lastBuildTime } from '../../build/last-build.ts'
import { ChangeList } from '../ChangeList.tsx'
import { LiveFailure } from './LiveFailure.tsx'
import { LiveRail } from './LiveRail.tsx'
import { OpenButtons } from './OpenButtons.tsx'
import { SwapLine } from './SwapLine.tsx'
import { useBuildFeeds } from './use-build-feeds.ts'
import './live.css'

/** What goes on with an environment, from its start to its ports, or to the cause of its failure. */
export default function LiveBuild({
  summary,
  run,
  dismiss,
}: {
  summary: ProjectSummary
  run: LiveRun
  dismiss(): void
}) {
  const { key: project } = summary
  const feeds = useBuildFeeds(
    project,
    run.operations.map(({ id }) => id),
  )
  const recorded = feeds.map(({ steps }, at): Recorded => ({ kind: run.operations[at]?.kind ?? 'up', steps }))
  const last = recorded.at(-1)?.steps
  const operation = run.operations.at(-1)
  if (!last || !operation) return null
  const state = swapState(recorded)
  const { end, undoing } = last
  const failure = end?.state === 'failed' ? end.error : undoing
  // What failed and is over is history.
  if (run.ended && failure && (summary.failure?.operation !== operation.id || isOver(summary))) return null
  const plan = recorded.findLast(({ steps }) => steps.plan)?.steps.plan
  const stages = railOf(recorded)
  return (
    <section className={`live-build ${state}`} aria-label={t('live.title')}>
      <header className="live-head">
        <SwapLine
          from={run.from}
          to={plan?.ordinal ?? (run.ended ? summary.version?.ordinal : undefined)}
          state={state}
        />
        <Timing summary={summary} run={run} recorded={recorded} />
        {run.ended && (
          <ActionIcon variant="subtle" size={28} aria-label={t('live.dismiss')} onClick={dismiss}>
            <IconX size={16} aria-hidden="true" />
          </ActionIcon>
        )}
      </header>
      {/* Where there are versions below, they show why. */}
      {isAlone(run) && plan && plan.because.length > 0 && <ChangeList changes={plan.because} most={4} />}
      {failure && failure.code !== 'cancelled' && (
        <LiveFailure
          error={failure}
          ended={end !== undefined}
          first={run.from === null}
          output={feeds.map(({ output }) => output)}
          steps={last}
        />
      )}
      {!failure && !run.ended && stages.length > 0 && (
        <LiveRail stages={stages} output={feeds.map(({ output }) => output)} />
      )}
      {end?.state === 'lost' && <p className="dim">{t('live.lost')}</p>}
      <div className="live-next">
        {state === 'done' && run.ended && <OpenButtons summary={summary} />}
        {!(failure && end) && (
          <a href={hrefOf({ screen: 'build', project, operation: operation.id })}>{t('live.all')}</a>
        )}
      </div>
    </section>
  )
}

/** How long it has taken, and about how long it will take, by the last build. */
function Timing({
  summary: { key: project },
  run,
  recorded,
}: {
  summary: ProjectSummary
  run: LiveRun
  recorded: Recorded[]
}) {
  const now = useClock(!run.ended)
  const [first] = run.operations
  const usual = useAnswer(`${project} ${first?.id} ${run.ended}`, async (signal) =>
    first && !run.ended ? lastBuildTime(project, first.id, signal) : undefined,
  ).value
  const began = recorded[0]?.steps.began
  const end = recorded.at(-1)?.steps.end
  if (began === undefined) return null
  const time = duration(Math.max(0, (end?.at ?? now) - began))
  return (
    <span className="live-time">
      {end || usual === undefined ? time : t('live.sinceAbout', { time, about: about(usual) })}
    </span>
  )
}
