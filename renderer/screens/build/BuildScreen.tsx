import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { ErrorReport, OperationKind } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { Chip, type Tone } from '../../components/Chip.tsx'
import { CopyButton } from '../../components/CopyButton.tsx'
import { errorText, FailureBox } from '../../components/FailureBox.tsx'
import { about, duration } from '../../components/format.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { useClock } from '../../components/use-clock.ts'
import { t } from '../../messages/messages.ts'
import { go, hrefOf } from '../../route.ts'
import { start } from '../../store/actions/start.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { causeOf, failedPlace } from '../../store/operations/failure-cause.ts'
import { progressOf, type StepGroup, type Steps } from '../../store/operations/steps.ts'
import { isBuild } from '../../store/projects/environment-state.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import { ChangeList } from '../environment/ChangeList.tsx'
import { type BuildFeed, type BuildState, openBuild } from './build-feed.ts'
import { lastBuildTime } from './last-build.ts'
import { StepRow } from './StepRow.tsx'
import './build.css'

/** One operation's steps and logs. Leaving it cancels nothing. */
export default function BuildScreen({ project, operation }: { project: ProjectKey; operation: OperationId }) {
  const [feed, setFeed] = useState<BuildFeed>()
  useEffect(() => {
    const opened = openBuild(project, operation)
    setFeed(opened)
    return opened.stop
  }, [project, operation])
  if (!feed) return <Skeleton height={300} />
  return <Build project={project} operation={operation} feed={feed} />
}

function Build({
  project,
  operation,
  feed,
}: {
  project: ProjectKey
  operation: OperationId
  feed: BuildFeed
}) {
  const { steps, output, turn, failure } = useStore(feed.store)
  const summary = useStore(projects, projectOf(project))
  const ended = steps.end !== undefined
  const listed = useAnswer(`${project} ${operation} ${ended}`, async (signal) =>
    (await client.operations.list({ project }, { signal })).find(({ id }) => id === operation),
  )
  // A start is what is looked at most, until it is known.
  const kind = listed.value?.kind ?? 'up'
  const name = listed.value?.name ?? summary?.name ?? ''
  const error = steps.end?.state === 'failed' ? steps.end.error : steps.undoing
  const title = steps.plan
    ? t('build.titleVersion', { name, ordinal: steps.plan.ordinal })
    : t(`build.title.${kind}`, { name })
  if (failure && turn === 0) return <FailureBox report={failure.report} />
  return (
    <div className="build">
      <header className="environment-header">
        <div className="environment-who">
          <div className="crumb">
            <a href={hrefOf({ screen: 'activity' })}>{t('shell.activity')}</a> /{' '}
            <a href={hrefOf({ screen: 'environment', project, tab: 'overview' })}>{name}</a>
          </div>
          <div className="environment-name">
            <h1>{title}</h1>
            <BuildChip steps={steps} kind={kind} />
          </div>
          <p className="faint build-time">
            <Timing steps={steps} project={project} operation={operation} kind={kind} />
          </p>
        </div>
        <Actions project={project} operation={operation} steps={steps} kind={kind} error={error} />
      </header>
      {steps.plan && steps.plan.because.length > 0 && (
        <section className="card build-because">
          <h2>{t('build.because')}</h2>
          <ChangeList changes={steps.plan.because} most={8} />
        </section>
      )}
      {error && <BuildError error={error} />}
      {steps.notes.length > 0 && (
        <ul className="build-notes">
          {steps.notes.map(({ kind, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: notes only ever come.
            <li key={index} className={kind}>
              {kind === 'warning' && <b>{t('build.warning')} </b>}
              {text}
            </li>
          ))}
        </ul>
      )}
      {steps.groups.length === 0 && !ended && <p className="dim">{t('build.waiting')}</p>}
      {steps.groups.length === 0 && steps.end?.state === 'done' && (
        <p className="dim">{t('build.nothing')}</p>
      )}
      {steps.groups.map(({ key, group, steps: own }) => (
        <section key={key} className="build-group">
          <h2>{groupName(group)}</h2>
          <ul className="card build-steps">
            {own.map((step) => (
              <StepRow key={step.id} step={step} output={output.get(step.id)} error={error} ended={ended} />
            ))}
          </ul>
        </section>
      ))}
      <Announcement steps={steps} />
    </div>
  )
}

const groupName = (group: StepGroup): string => {
  if (group.kind !== 'stage') return t(`build.group.${group.kind}`)
  return group.stage === '' ? t('build.image') : t('build.stage', { stage: group.stage })
}

const APPEARANCE: Record<NonNullable<BuildState['steps']['end']>['state'], [Tone, string]> = {
  done: ['good', '✓'],
  failed: ['bad', '▲'],
  cancelled: ['plain', '○'],
  lost: ['warn', '▲'],
}

function BuildChip({ steps, kind }: { steps: Steps; kind: OperationKind }) {
  if (steps.end) {
    const [tone, icon] = APPEARANCE[steps.end.state]
    return (
      <Chip tone={tone} icon={icon}>
        {t(`build.state.${steps.end.state}`)}
      </Chip>
    )
  }
  const { begun } = progressOf(steps)
  if (steps.undoing) {
    return (
      <Chip tone="bad" icon="▲">
        {t('state.undoing')}
      </Chip>
    )
  }
  return (
    <Chip tone="busy" icon="◐">
      {!isBuild(kind)
        ? t(`state.${kind}`)
        : begun === 0
          ? t('state.building')
          : t('state.buildingStep', { step: begun })}
    </Chip>
  )
}

/** How long it has taken, and about how long it will take, by the last build. */
function Timing({
  steps,
  project,
  operation,
  kind,
}: {
  steps: Steps
  project: ProjectKey
  operation: OperationId
  kind: OperationKind
}) {
  const ended = steps.end !== undefined
  const now = useClock(!ended)
  const last = useAnswer(`${project} ${operation} ${kind} ${ended}`, async (signal) =>
    ended || !isBuild(kind) ? undefined : lastBuildTime(project, operation, signal),
  )
  if (steps.began === undefined) return null
  if (steps.end) return t('build.took', { time: duration(steps.end.at - steps.began) })
  const time = duration(Math.max(0, now - steps.began))
  if (last.value === undefined) return t('build.since', { time })
  return t('build.sinceAbout', { time, about: about(last.value) })
}

function Actions({
  project,
  operation,
  steps,
  kind,
  error,
}: {
  project: ProjectKey
  operation: OperationId
  steps: Steps
  kind: OperationKind
  error: ErrorReport | undefined
}) {
  const [cancelling, setCancelling] = useState(false)
  const busy = useStore(projects, (state) => projectOf(project)(state)?.operation != null)
  const cancel = () => {
    setCancelling(true)
    client.operations.cancel({ project, operation }).catch((failure: unknown) => {
      setCancelling(false)
      notifyFailure(failure)
    })
  }
  const retry = async () => {
    try {
      await start(project, (operation) => go({ screen: 'build', project, operation }))
    } catch (failure) {
      notifyFailure(failure)
    }
  }
  const failed = steps.end !== undefined && steps.end.state !== 'done'
  return (
    <div className="environment-actions">
      {!steps.end && (
        <Button onClick={cancel} loading={cancelling}>
          {t('action.cancel')}
        </Button>
      )}
      {failed && isBuild(kind) && (
        <Button variant="filled" disabled={busy} onClick={() => void retry()}>
          {t('action.retry')}
        </Button>
      )}
      {error && <CopyButton text={errorText(error)}>{t('failure.copy')}</CopyButton>}
      {steps.end && (
        <Button
          component="a"
          href={hrefOf({ screen: 'environment', project, tab: 'overview' })}
          {...(steps.end.state === 'done' && { variant: 'filled' })}
        >
          {t('build.environment')}
        </Button>
      )}
    </div>
  )
}

/** What failed, by its cause; where it happened and what it printed is shown at its step. */
function BuildError({ error }: { error: ErrorReport }) {
  const cause = causeOf(error)
  return (
    <section className="card failure-box" role="alert">
      <h2>{cause}</h2>
      {!failedPlace(error) && cause !== error.message && <p className="dim">{error.message}</p>}
      {!Array.isArray(error.data['output']) && <p className="dim">{error.why}</p>}
      <p>{error.hint}</p>
    </section>
  )
}

/** Announces each step to a screen reader as it begins, and how the operation ended; never the output. */
function Announcement({ steps }: { steps: Steps }) {
  const running = steps.groups.flatMap((group) => group.steps).findLast(({ state }) => state === 'running')
  return (
    <p className="hidden" role="status">
      {steps.end
        ? t(`build.state.${steps.end.state}`)
        : running && t('build.running', { name: running.name })}
    </p>
  )
}
