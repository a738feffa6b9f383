import { Button, Progress } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { OperationId, ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'
import { notifyFailure } from '../../../store/app/notices.ts'
import { allSteps, percentOf, type Step } from '../../../store/operations/steps.ts'
import { type BuildFeed, openBuild } from '../../build/build-feed.ts'
import './data.css'

/** How work on the data goes on, with the way to cancel it. */
export function DataProgress({ project, operation }: { project: ProjectKey; operation: OperationId }) {
  const [feed, setFeed] = useState<BuildFeed>()
  const [cancelling, setCancelling] = useState(false)
  useEffect(() => {
    const opened = openBuild(project, operation)
    setFeed(opened)
    return opened.stop
  }, [project, operation])
  const cancel = () => {
    setCancelling(true)
    client.operations.cancel({ project, operation }).catch((failure: unknown) => {
      setCancelling(false)
      notifyFailure(failure)
    })
  }
  return (
    <div className="card data-progress">
      {feed ? <Running feed={feed} /> : <span className="grow">{t('snapshots.running')}</span>}
      <Button loading={cancelling} onClick={cancel}>
        {t('snapshots.cancel')}
      </Button>
    </div>
  )
}

function Running({ feed }: { feed: BuildFeed }) {
  const { steps } = useStore(feed.store)
  const running = allSteps(steps).findLast(({ state }) => state === 'running')
  const moved = running?.moved
  const percent = moved?.total ? percentOf(moved) : undefined
  return (
    <div className="grow">
      <div className="row data-step">
        <span className="grow" role="status">
          {running?.name ?? t('snapshots.running')}
        </span>
        {moved && <span className="faint">{movedText(moved)}</span>}
      </div>
      <Progress
        value={percent ?? 100}
        animated={percent === undefined}
        striped={percent === undefined}
        size={4}
        aria-label={running?.name ?? t('snapshots.running')}
      />
    </div>
  )
}

function movedText({ done, total }: NonNullable<Step['moved']>): string {
  if (!total) return t('snapshots.copied', { done: size(done) })
  return t('build.moved', { done: size(done), total: size(total) })
}
