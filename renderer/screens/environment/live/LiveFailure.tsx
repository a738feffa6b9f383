import type { ErrorReport } from '../../../../shared/operation.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { errorText } from '../../../components/FailureBox.tsx'
import { TextBox } from '../../../components/TextBox.tsx'
import { t } from '../../../messages/messages.ts'
import { causeOf, failedPlace } from '../../../store/operations/failure-cause.ts'
import { failedStep, type Steps } from '../../../store/operations/steps.ts'
import { type BuildState, lastLines } from '../../build/build-feed.ts'

/** So many of the last lines are shown; all of them are on the screen of the build. */
const LAST = 12

/** What failed: its cause first, then where, what was printed last, and what to do. `first`: nothing ran before it. */
export function LiveFailure({
  error,
  ended,
  first,
  output,
  steps,
}: {
  error: ErrorReport
  ended: boolean
  first: boolean
  output: BuildState['output'][]
  steps: Steps
}) {
  const cause = causeOf(error)
  const place = failedPlace(error)
  const lines = printed(error, steps, output)
  // It is the heading already.
  if (lines.at(-1)?.includes(cause)) lines.pop()
  return (
    <div className="live-failure" role="alert">
      <h2>{cause}</h2>
      {place ? (
        <p className="live-place mono">
          <b>{place.where}</b> {place.what}
        </p>
      ) : (
        error.message !== cause && <p className="dim">{error.message}</p>
      )}
      {lines.length > 0 && (
        <TextBox className="live-output" label={t('live.output')}>
          {lines.join('\n')}
        </TextBox>
      )}
      {ended ? (
        <div className="live-next">
          <p>{error.hint}</p>
          <CopyButton text={errorText(error)} size="compact-sm">
            {t('failure.copy')}
          </CopyButton>
        </div>
      ) : (
        <p role="status">{t(first ? 'live.undoingFirst' : 'live.undoingHint')}</p>
      )}
    </div>
  )
}

function printed({ data, why }: ErrorReport, steps: Steps, output: BuildState['output'][]): string[] {
  const failed = failedStep(steps)
  const own = failed && output.find((one) => one.has(failed.id))?.get(failed.id)
  if (own) return lastLines(own, LAST)
  const lines = Array.isArray(data['output']) ? data['output'].map(String) : why.split('\n')
  return lines.slice(-LAST)
}
