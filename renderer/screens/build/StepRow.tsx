import { Button, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { ErrorReport } from '../../../shared/operation.ts'
import { duration, number, size } from '../../components/format.ts'
import { TextBox } from '../../components/TextBox.tsx'
import { useClock } from '../../components/use-clock.ts'
import { t } from '../../messages/messages.ts'
import { failedPlace } from '../../store/operations/failure-cause.ts'
import { percentOf, type Step } from '../../store/operations/steps.ts'
import { LogLines } from '../environment/logs/LogLines.tsx'
import { lastLine, lastLines, type StepOutput } from './build-feed.ts'

/** Lines that a failed step opens with. */
const LAST = 50

const SIGNS = { running: '◐', done: '✓', cached: '✓', failed: '✕' } as const

/** One step: its state, name and time; what it printed when it is opened. A failed one opens by itself. */
export function StepRow({
  step,
  output,
  error,
  ended,
}: {
  step: Step
  output: StepOutput | undefined
  error: ErrorReport | undefined
  ended: boolean
}) {
  const failed = step.state === 'failed'
  const [open, setOpen] = useState<boolean>()
  const shown = open ?? failed
  const panel = useId()
  const running = step.state === 'running' && !ended
  const last = running && !shown ? lastLine(output) : ''
  const stopped = step.state === 'running' && ended
  return (
    <li className={`build-step ${stopped ? 'stopped' : step.state}`}>
      <UnstyledButton
        className="step-head"
        aria-expanded={shown}
        aria-controls={panel}
        onClick={() => setOpen(!shown)}
      >
        <IconChevronRight className="step-chevron" size={16} aria-hidden="true" />
        <span className="step-sign" aria-hidden="true">
          {stopped ? '○' : SIGNS[step.state]}
        </span>
        <code className="step-name">{step.name}</code>
        <span className="step-state">{stateText(step, stopped)}</span>
        <StepTime step={step} running={running} />
      </UnstyledButton>
      {last !== '' && <p className="step-last mono faint">{last}</p>}
      <div id={panel} hidden={!shown} className="step-panel">
        {shown &&
          (failed ? <Failed output={output} error={error} /> : <Output output={output} follow={running} />)}
      </div>
    </li>
  )
}

function stateText({ state, moved }: Step, stopped: boolean): string {
  if (stopped) return t('build.step.stopped')
  if (state === 'running' && moved) {
    if (moved.unit && moved.total) return t('build.percent', { percent: percentOf(moved) })
    return moved.total
      ? t('build.moved', { done: size(moved.done), total: size(moved.total) })
      : size(moved.done)
  }
  return t(`build.step.${state}`)
}

function StepTime({ step: { began, ended, state }, running }: { step: Step; running: boolean }) {
  const now = useClock(running)
  if (state === 'cached') return <span className="step-time" />
  const time = (ended ?? now) - began
  // A step without a duration shows none.
  return <span className="step-time">{time >= 50 ? duration(time) : ''}</span>
}

function Output({ output, follow }: { output: StepOutput | undefined; follow: boolean }) {
  const [following, setFollowing] = useState(true)
  if (!output || output.buffer.length === 0) return <p className="dim">{t('build.silent')}</p>
  return (
    <div className="step-output" style={{ height: Math.min(320, output.buffer.length * 20 + 18) }}>
      <LogLines
        buffer={output.buffer}
        turn={output.turn}
        label={t('build.output')}
        wrap={false}
        follow={follow && following}
        onFollow={setFollowing}
        wanted=""
      />
    </div>
  )
}

/** A failed step: the line of the person's own file, and the last that it printed. */
function Failed({ output, error }: { output: StepOutput | undefined; error: ErrorReport | undefined }) {
  const [all, setAll] = useState(false)
  const data = error?.data ?? {}
  const place = error && failedPlace(error)
  const printed = output
    ? lastLines(output, LAST)
    : Array.isArray(data['output'])
      ? data['output'].map(String).slice(-LAST)
      : []
  const count = output?.buffer.length ?? printed.length
  return (
    <>
      {place !== undefined && (
        <p className="step-place mono">
          <b>{place.where}</b> {place.what}
        </p>
      )}
      {all ? (
        <Output output={output} follow={false} />
      ) : printed.length === 0 ? (
        <p className="dim">{t('build.silent')}</p>
      ) : (
        <TextBox className="step-tail" label={t('build.output')} ref={toEnd}>
          {printed.join('\n')}
        </TextBox>
      )}
      {!all && count > LAST && (
        <Button size="compact-sm" onClick={() => setAll(true)}>
          {t('build.all', { count, number: number(count) })}
        </Button>
      )}
    </>
  )
}

/** Its end shows the reason. */
const toEnd = (element: HTMLElement | null) => {
  if (element) element.scrollTop = element.scrollHeight
}
