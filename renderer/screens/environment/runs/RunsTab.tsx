import { Button, Skeleton, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { ServiceUsage } from '../../../components/usage/ServiceUsage.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { useServices } from '../use-services.ts'
import { Given } from './Given.tsx'
import { Processes } from './Processes.tsx'
import './runs.css'

/** What runs in a service: what it uses, its processes, and what its container is given. */
export function RunsTab({ summary }: { summary: ProjectSummary }) {
  const { key: project, state, version, operation } = summary
  const [chosen, setChosen] = useState<string>()
  const [filter, setFilter] = useState('')
  const services = useServices(summary)
  const service = services.find((one) => one === chosen) ?? services[0]
  const gone = state === 'absent' || version === null
  const asked = `${project} ${state} ${version?.id} ${operation?.id} ${service}`
  const details = useAnswer(asked, async (signal) =>
    gone
      ? undefined
      : client.environment.details({ project, ...(service !== undefined && { service }) }, { signal }),
  )
  if (gone) return <Nothing summary={summary} what="notStarted" />
  const { value, failure } = details
  const isOfService = value !== undefined && (service === undefined || value.service === service)
  const wanted = filter.trim().toLowerCase()
  return (
    <section className="runs" aria-label={t('environment.tab.runs')}>
      <h2 className="hidden">{t('environment.tab.runs')}</h2>
      <div className="row tab-head">
        <TextInput
          className="runs-filter grow"
          type="search"
          aria-label={t('runs.filter')}
          placeholder={t('runs.filter')}
          value={filter}
          onChange={({ currentTarget }) => setFilter(currentTarget.value)}
          onKeyDown={({ key }) => key === 'Escape' && setFilter('')}
        />
        {services.length > 1 && <ServiceChoice services={services} value={service} change={setChosen} />}
      </div>
      {failure && <FailureBox report={failure.report} retry={details.again} />}
      {!isOfService ? (
        !failure && <Skeleton height={240} />
      ) : (
        <>
          {value.running ? (
            <>
              <section className="card compare-part">
                <ServiceUsage project={project} service={value.service} />
              </section>
              <Processes
                project={project}
                service={service}
                details={value}
                wanted={wanted}
                ended={details.again}
              />
            </>
          ) : (
            <Nothing summary={summary} what="stopped" />
          )}
          <Given details={value} wanted={wanted} />
        </>
      )}
    </section>
  )
}

/** Why there are no processes, and how there will be. */
function Nothing({ summary, what }: { summary: ProjectSummary; what: 'notStarted' | 'stopped' }) {
  const starts = summary.operation === null && (summary.state === 'absent' || summary.state === 'stopped')
  return (
    <div className="nothing card">
      <h2>{t(`runs.${what}`)}</h2>
      <p className="dim">{t(`runs.${what}Hint`)}</p>
      {starts && (
        <Button variant="filled" onClick={() => void act('start', summary)}>
          {t('action.start')}
        </Button>
      )}
    </div>
  )
}
