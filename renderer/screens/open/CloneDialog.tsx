import { Button, Progress } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { FailureBox } from '../../components/FailureBox.tsx'
import { t } from '../../messages/messages.ts'
import { type CloneWanted, closeDialog, showDialog } from '../../store/app/dialogs.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { allSteps, percentOf, type Step, type Steps } from '../../store/operations/steps.ts'
import { type BuildFeed, openBuild } from '../build/build-feed.ts'
import '../environment/dialogs.css'
import './open.css'

const SIGNS = { running: '◐', done: '✓', cached: '✓', failed: '✗' } as const

/** How a clone goes on. Closing it cancels nothing; what failed can be changed and tried again. */
export default function CloneDialog({
  project,
  operation,
  wanted,
}: {
  project: ProjectKey
  operation: OperationId
  wanted: CloneWanted
}) {
  const [feed, setFeed] = useState<BuildFeed>()
  useEffect(() => {
    const opened = openBuild(project, operation)
    setFeed(opened)
    return opened.stop
  }, [project, operation])
  return feed ? <Clone project={project} operation={operation} wanted={wanted} feed={feed} /> : null
}

function Clone({
  project,
  operation,
  wanted,
  feed,
}: {
  project: ProjectKey
  operation: OperationId
  wanted: CloneWanted
  feed: BuildFeed
}) {
  const { steps } = useStore(feed.store)
  const [cancelling, setCancelling] = useState(false)
  const { name, source, destination, reference } = wanted
  const error = steps.end?.state === 'failed' ? steps.end.error : undefined
  const cancel = () => {
    setCancelling(true)
    client.operations.cancel({ project, operation }).catch((failure: unknown) => {
      setCancelling(false)
      notifyFailure(failure)
    })
  }
  return (
    <Dialog
      opened
      onClose={closeDialog}
      className="dialog"
      title={t(error ? 'clone.failed' : 'clone.title', { name })}
      size={560}
    >
      <div className="clone">
        <dl className="dialog-facts">
          <dt>{t('clone.from')}</dt>
          <dd className="mono">{source}</dd>
          <dt>{t('clone.into')}</dt>
          <dd className="mono">{destination}</dd>
          {reference !== null && (
            <>
              <dt>{t('clone.branch')}</dt>
              <dd className="mono">{reference}</dd>
            </>
          )}
        </dl>
        {error ? <FailureBox report={error} /> : <Progressing steps={steps} />}
        {steps.notes.map(({ text }) => (
          <p key={text} className="dim">
            {text}
          </p>
        ))}
        {!error && <p className="dim">{t('clone.private')}</p>}
      </div>
      <div className="dialog-buttons">
        {error ? (
          <>
            <Button onClick={closeDialog}>{t('common.close')}</Button>
            <Button
              variant="filled"
              onClick={() =>
                showDialog({ kind: 'open', source, destination, ...(reference !== null && { reference }) })
              }
            >
              {t('clone.back')}
            </Button>
          </>
        ) : (
          <>
            <Button data-autofocus onClick={closeDialog}>
              {t('clone.hide')}
            </Button>
            <Button onClick={cancel} loading={cancelling}>
              {t('common.cancel')}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  )
}

function Progressing({ steps }: { steps: Steps }) {
  const all = allSteps(steps)
  const running = all.findLast(({ state }) => state === 'running')
  return (
    <>
      <ol className="clone-steps" aria-label={t('clone.steps')}>
        {all.length === 0 && <li>{t('clone.waiting')}</li>}
        {all.map((step) => (
          <CloneStep key={step.id} step={step} />
        ))}
      </ol>
      <p className="hidden" role="status">
        {running && t('build.running', { name: running.name })}
      </p>
    </>
  )
}

function CloneStep({ step: { name, state, moved } }: { step: Step }) {
  const percent = state === 'running' && moved?.total ? percentOf(moved) : undefined
  return (
    <li>
      <span className={`clone-sign ${state}`} aria-hidden="true">
        {SIGNS[state]}
      </span>
      <span>{name}</span>
      <span className="faint">
        {percent === undefined ? t(`build.step.${state}`) : t('build.percent', { percent })}
      </span>
      {percent !== undefined && <Progress className="bar" value={percent} size={4} aria-label={name} />}
    </li>
  )
}
