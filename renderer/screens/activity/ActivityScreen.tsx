import { Button, Skeleton } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { client } from '../../client/client.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { type ActivityGroup, activityGroups } from '../../store/operations/activity-groups.ts'
import { projects } from '../../store/projects/projects.ts'
import { ActivityRow } from './ActivityRow.tsx'
import './activity.css'

/** So many operations of a project are shown before older ones are asked for. */
const RECENT = 5

/** What was done lately, by project, and what goes on. */
export default function ActivityScreen() {
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
  return (
    <div>
      <PageHead title={t('activity.title')} />
      {failure && <FailureBox report={failure.report} retry={again} />}
      {!value && !failure && (
        <div role="status" aria-label={t('activity.loading')}>
          <Skeleton height={14} width="50%" />
        </div>
      )}
      {value?.length === 0 && (
        <div className="empty">
          <h2>{t('activity.empty')}</h2>
          <p>{t('activity.emptyHint')}</p>
        </div>
      )}
      {activityGroups(value ?? []).map((group) => (
        <Group key={group.project} group={group} steps={steps} />
      ))}
    </div>
  )
}

function Group({
  group: { project, name, operations },
  steps,
}: {
  group: ActivityGroup
  steps: Map<string, string>
}) {
  const [all, setAll] = useState(false)
  const shown = all ? operations : operations.slice(0, RECENT)
  const older = operations.length - shown.length
  return (
    <section className="activity" aria-label={name}>
      <h2>
        <a href={hrefOf({ screen: 'environment', project, tab: 'overview' })}>{name}</a>
      </h2>
      <ul className="operations">
        {shown.map((operation) => (
          <ActivityRow key={operation.id} operation={operation} step={steps.get(operation.id)} />
        ))}
      </ul>
      {older > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t('activity.more', { count: older })}
        </Button>
      )}
    </section>
  )
}
