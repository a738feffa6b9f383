import { duration, size } from '../../../components/format.ts'
import { useClock } from '../../../components/use-clock.ts'
import { t } from '../../../messages/messages.ts'
import type { Stage } from '../../../store/operations/build-rail.ts'
import { type BuildState, lastLine } from '../../build/build-feed.ts'

const SIGNS = { waiting: '', running: '', done: '✓', failed: '✕', stopped: '–' } as const

/** The stages of the work, one below the other: how far each is, how long it took, and what it printed last. */
export function LiveRail({ stages, output }: { stages: Stage[]; output: BuildState['output'][] }) {
  const now = useClock(stages.some(({ state }) => state === 'running'))
  return (
    <ol className="stages">
      {stages.map((stage) => (
        <li key={stage.name} className={`stage ${stage.state}`}>
          <span className="stage-sign" aria-hidden="true">
            {SIGNS[stage.state]}
          </span>
          <div className="stage-what">
            <div className="stage-line">
              <span className="stage-name">{t(`live.stage.${stage.name}`)}</span>
              <span className="hidden">{t(`live.state.${stage.state}`)}</span>
              <span className="stage-count">{countText(stage)}</span>
              {stage.moved?.total !== undefined && stage.state === 'running' && (
                <progress
                  className="stage-moved"
                  aria-label={t('live.stage.pull')}
                  max={stage.moved.total}
                  value={Math.min(stage.moved.done, stage.moved.total)}
                />
              )}
            </div>
            {stage.state === 'running' &&
              stage.current.map(({ id, name }) => (
                <div key={id} className="stage-step">
                  <code>{name}</code>
                  <code className="faint">{lastLineOf(output, id) || ' '}</code>
                </div>
              ))}
          </div>
          <span className="stage-time">{timeText(stage, now)}</span>
        </li>
      ))}
    </ol>
  )
}

function countText({ state, done, cached, all, moved }: Stage): string {
  if (state === 'waiting') return ''
  const amount =
    moved &&
    (moved.total === undefined || moved.done >= moved.total
      ? size(moved.done)
      : t('live.moved', { done: size(moved.done), total: size(moved.total) }))
  const steps = all > 1 ? t('live.steps', { done, all }) : undefined
  return [amount ?? steps, cached > 0 && t('live.cached', { count: cached })].filter(Boolean).join(' · ')
}

/** A stage without a duration shows none. */
function timeText({ began, ended }: Stage, now: number): string {
  if (began === undefined) return ''
  const time = (ended ?? Math.max(now, began)) - began
  return time >= 50 ? duration(time) : ''
}

const lastLineOf = (output: BuildState['output'][], step: string): string =>
  lastLine(output.find((one) => one.has(step))?.get(step))
