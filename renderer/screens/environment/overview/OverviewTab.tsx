import { Button, Skeleton } from '@mantine/core'
import { type ReactNode, Suspense } from 'react'
import { EnvironmentState, type Status } from '../../../../shared/environment.ts'
import type { DefinitionText, ProjectSummary } from '../../../../shared/project.ts'
import { lacksDefinition } from '../../../../shared/proposal.ts'
import type { Inventory, Version } from '../../../../shared/version.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { number, size } from '../../../components/format.ts'
import { lazyPart } from '../../../components/lazy-part.ts'
import { type Answer, useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { hrefOf } from '../../../route.ts'
import { showDialog } from '../../../store/app/dialogs.ts'
import { isAlone, type LiveRun } from '../../../store/projects/live-run.ts'
import { ProposedDefinition } from '../../open/ProposedDefinition.tsx'
import { Secrets } from '../../secrets/Secrets.tsx'
import { TrustBanner } from '../../trust/TrustBanner.tsx'
import { useSettled } from '../use-settled.ts'
import { Features } from './Features.tsx'
import { FoundDefinition } from './FoundDefinition.tsx'
import { Services } from './Services.tsx'
import { VersionTimeline } from './VersionTimeline.tsx'
import './overview.css'

const LiveBuild = lazyPart(() => import('../live/LiveBuild.tsx'))

/** What runs, where it is reached, which version it is and why, and what is inside. */
export function OverviewTab({
  summary,
  versions,
  facts,
  live,
  dismiss,
}: {
  summary: ProjectSummary
  versions: Answer<Version[]>
  facts: string
  /** What goes on, or ended just now. */
  live: LiveRun | undefined
  dismiss(): void
}) {
  const { key: project } = summary
  // A check of the registries changes what is known of its features.
  const known = [facts, ...summary.newerPins].join(' ')
  const status = useAnswer(known, (signal) => client.environment.status({ project }, { signal }))
  const definition = useAnswer(facts, (signal) => client.projects.definition({ project }, { signal }))
  const current = versions.value?.find((version) => version.current)
  const now = status.value && isOfNow(status.value, summary) ? status.value : undefined
  const failure = status.failure ?? versions.failure
  if (summary.state === 'missing') {
    return (
      <section className="card empty">
        <h2>{t('overview.folderGone')}</h2>
        <p>{t('overview.folderGoneHint', { path: summary.path })}</p>
        <Button onClick={() => showDialog({ kind: 'remove', project })}>{t('environment.remove')}</Button>
      </section>
    )
  }
  if (summary.state === 'absent' && definition.failure && lacksDefinition(definition.failure.report)) {
    const written = () => {
      status.again()
      definition.again()
    }
    return <ProposedDefinition summary={summary} written={written} />
  }
  const several = (now?.environment.services.length ?? 0) > 0
  const services = (
    <Card title={t('overview.services')}>
      {!now ? (
        status.asking && <Skeleton height={60} />
      ) : !several && now.environment.containers.length === 0 ? (
        <p className="dim">{t('overview.noContainers')}</p>
      ) : (
        <Services project={project} facts={facts} status={now} state={stateOf(summary, now)} />
      )}
    </Card>
  )
  const goesOn = live && (
    <Suspense fallback={null}>
      <LiveBuild summary={summary} run={live} dismiss={dismiss} />
    </Suspense>
  )
  // Of a first build there is nothing else to show.
  if (live && isAlone(live)) return <div className="overview">{goesOn}</div>
  return (
    <div className="overview">
      {goesOn}
      {summary.needsTrust && <TrustBanner summary={summary} />}
      {failure && !status.asking && failure.code !== 'not-trusted' && (
        <FailureBox report={failure.report} retry={status.again} />
      )}
      {summary.state === 'absent' && !current && definition.value && (
        <section className="overview-card overview-found">
          <h2>{t('found.title')}</h2>
          <FoundDefinition project={project} definition={definition.value} />
        </section>
      )}
      {versions.value && <VersionTimeline summary={summary} status={now} versions={versions.value} />}
      {/* Several services need more room than a column has. */}
      {several && <div className="overview-services">{services}</div>}
      <div className="overview-column">
        {!several && services}
        <Card title={t('overview.contents')}>
          {current?.contents ? (
            <>
              <ContentsList contents={current.contents} />
              <p className="faint">{t('overview.notOwn')}</p>
            </>
          ) : summary.version && !current ? (
            versions.asking && <Skeleton height={60} />
          ) : (
            <p className="dim">{t(current ? 'overview.notLooked' : 'overview.noContents')}</p>
          )}
        </Card>
      </div>
      <div className="overview-column">
        {now && <Features project={project} features={now.features} />}
        <Secrets project={project} facts={facts} />
        <Disk summary={summary} facts={facts} definition={definition} />
      </div>
    </div>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="overview-card">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** Whether an answer is about what runs now; of another version it is an old one, and the next is on its way. */
const isOfNow = ({ version }: Status, { version: running }: ProjectSummary): boolean =>
  running ? version?.id === running.id : version === null || version.ordinal === null

/** The state as the header has it. */
const stateOf = ({ state }: ProjectSummary, { environment }: Status): EnvironmentState =>
  EnvironmentState.safeParse(state).data ?? environment.state

const lockText = ({ lock, pins }: DefinitionText): string =>
  lock.text === null ? t('overview.noLock') : t('overview.pins', { file: lock.file, count: pins.length })

function ContentsList({ contents: { tools, packages } }: { contents: Inventory }) {
  const databases = Object.entries(packages).filter(([, found]) => Object.keys(found).length > 0)
  return (
    <>
      <dl className="tools">
        {Object.entries(tools).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{version}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(tools).length === 0 && databases.length === 0 && (
        <p className="dim">{t('overview.nothingFound')}</p>
      )}
      {databases.map(([database, found]) => (
        <details key={database} className="packages">
          <summary>
            {t('overview.packages', {
              database,
              count: Object.keys(found).length,
              number: number(Object.keys(found).length),
            })}
          </summary>
          <ul>
            {Object.entries(found).map(([name, version]) => (
              <li key={name}>
                {name} <span className="faint">{version}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  )
}

/** The lock, and what the project takes on the engine. Omitted if the engine does not report it. */
function Disk({
  summary,
  facts,
  definition,
}: {
  summary: ProjectSummary
  facts: string
  definition: Answer<DefinitionText>
}) {
  const disk = useAnswer(useSettled(summary, facts), async (signal) =>
    (await client.cleanup.list(undefined, { signal })).find(({ key }) => key === summary.key),
  )
  if (!disk.value) return null
  const versions = disk.value.versions.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  const data = disk.value.volumes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  return (
    <Card title={t('overview.disk')}>
      <dl className="facts">
        {definition.value && (
          <>
            <dt>{t('overview.lock')}</dt>
            <dd>{lockText(definition.value)}</dd>
          </>
        )}
        <dt>{t('overview.images')}</dt>
        <dd>{t('overview.imagesOwn', { count: disk.value.versions.length, size: size(versions) })}</dd>
        <dt>{t('overview.data')}</dt>
        <dd>
          {disk.value.volumes.length === 0
            ? t('overview.noData')
            : t('overview.volumes', { count: disk.value.volumes.length, size: size(data) })}
        </dd>
      </dl>
      <a href={hrefOf({ screen: 'cleanup' })}>{t('shell.cleanup')}</a>
    </Card>
  )
}
