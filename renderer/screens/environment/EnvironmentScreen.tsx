import { Skeleton } from '@mantine/core'
import { Suspense, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { lazyPart } from '../../components/lazy-part.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { type FileInService, hrefOf, TABS } from '../../route.ts'
import type { LiveRun } from '../../store/projects/live-run.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import { CompareTab } from './compare/CompareTab.tsx'
import { withCurrent } from './current-versions.ts'
import { DefinitionTab } from './definition/DefinitionTab.tsx'
import { DriftTab } from './drift/DriftTab.tsx'
import { Header } from './Header.tsx'
import { useLiveRun } from './live/use-live-run.ts'
import { LogsTab } from './logs/LogsTab.tsx'
import { OverviewTab } from './overview/OverviewTab.tsx'
import { RunsTab } from './runs/RunsTab.tsx'
import { VersionsTab } from './versions/VersionsTab.tsx'
import './environment.css'

const DataTab = lazyPart(() => import('./data/DataTab.tsx'))
const FilesTab = lazyPart(() => import('./files/FilesTab.tsx'))
const TerminalTab = lazyPart(() => import('./terminal/TerminalTab.tsx'))

/** They need the room of the window. */
const FILLED = ['files', 'logs', 'terminal']
/** They are read or worked in for long: the header is folded away. */
const FOLDED = ['logs', 'terminal']

/** One environment, with its tabs. */
export default function EnvironmentScreen({
  project,
  tab,
  file,
}: {
  project: ProjectKey
  tab: string
  /** What the tab Files shows at first. */
  file: FileInService | undefined
}) {
  const summary = useStore(projects, projectOf(project))
  const known = useStore(projects, (state) => state.projects !== undefined)
  const failure = useStore(projects, (state) => state.failure)
  useEffect(() => {
    if (summary) document.title = `${summary.name} · ${t('app.name')}`
    return () => {
      document.title = t('app.name')
    }
  }, [summary?.name, summary])
  if (summary) return <Environment summary={summary} tab={tab} file={file} />
  if (failure) return <FailureBox report={failure.report} />
  if (!known) return <Waiting />
  return (
    <div className="nothing card">
      <h1>{t('environment.unknown')}</h1>
      <p>
        <a href={hrefOf({ screen: 'home' })}>{t('environment.all')}</a>
      </p>
    </div>
  )
}

function Environment({
  summary,
  tab,
  file,
}: {
  summary: ProjectSummary
  tab: string
  file: FileInService | undefined
}) {
  const { key: project } = summary
  const listed = useAnswer(factsKey(summary), (signal) => client.versions.list({ project }, { signal }))
  const value = useMemo(() => listed.value && withCurrent(listed.value, summary), [listed.value, summary])
  const versions = { ...listed, value }
  const [live, dismiss] = useLiveRun(summary)
  const [unfolded, setUnfolded] = useState(false)
  const compared = /^compare-v(\d+)-v(\d+)$/.exec(tab)
  const shown = compared ? 'versions' : (TABS.find((one) => one === tab) ?? 'overview')
  const folded = FOLDED.includes(shown) && !unfolded
  const fold = { folded, turn: () => setUnfolded((before) => !before) }
  return (
    <div className={`one-environment${FILLED.includes(shown) ? ' filled' : ''}`}>
      <div className={`environment-top${folded ? ' folded' : ''}`}>
        <Header
          summary={summary}
          versions={versions.value}
          fold={FOLDED.includes(shown) ? fold : undefined}
        />
        <nav className="tabs" aria-label={t('environment.tabs')}>
          {TABS.map((one) => (
            <a
              key={one}
              href={hrefOf({ screen: 'environment', project, tab: one })}
              aria-current={one === shown ? 'page' : undefined}
            >
              {t(`environment.tab.${one}`)}
            </a>
          ))}
        </nav>
      </div>
      {compared ? (
        <CompareTab
          project={project}
          versions={versions}
          from={Number(compared[1])}
          to={Number(compared[2])}
        />
      ) : (
        <Tab name={shown} summary={summary} versions={versions} live={live} dismiss={dismiss} file={file} />
      )}
    </div>
  )
}

function Tab({
  name,
  summary,
  versions,
  live,
  dismiss,
  file,
}: {
  name: (typeof TABS)[number]
  summary: ProjectSummary
  versions: Parameters<typeof VersionsTab>[0]['versions']
  live: LiveRun | undefined
  dismiss(): void
  file: FileInService | undefined
}) {
  switch (name) {
    case 'overview':
      return (
        <OverviewTab
          summary={summary}
          versions={versions}
          facts={factsKey(summary)}
          live={live}
          dismiss={dismiss}
        />
      )
    case 'runs':
      return <RunsTab summary={summary} />
    case 'versions':
      return <VersionsTab summary={summary} versions={versions} />
    case 'drift':
      return <DriftTab summary={summary} />
    case 'files':
      return (
        <Suspense fallback={<Waiting />}>
          <FilesTab summary={summary} file={file} />
        </Suspense>
      )
    case 'logs':
      return <LogsTab summary={summary} />
    case 'terminal':
      return (
        <Suspense fallback={<Waiting />}>
          <TerminalTab summary={summary} />
        </Suspense>
      )
    case 'data':
      return (
        <Suspense fallback={<Waiting />}>
          <DataTab summary={summary} facts={factsKey(summary)} />
        </Suspense>
      )
    case 'definition':
      return <DefinitionTab summary={summary} facts={factsKey(summary)} />
  }
}

/** What has to be asked anew when it changes: the version, the state, what goes on. */
function factsKey({ key, state, version, operation, watch }: ProjectSummary): string {
  const wanted = watch && 'ordinal' in watch ? watch.ordinal : ''
  return [key, state, version?.id, version?.knownGood, operation?.id, watch?.kind, wanted].join()
}

function Waiting() {
  if (useLost()) return null
  return (
    <div aria-busy="true">
      <span className="hidden" role="status">
        {t('environment.loading')}
      </span>
      <Skeleton height={34} width={260} mb={24} />
      <Skeleton height={96} mb={12} />
      <Skeleton height={96} mb={12} />
    </div>
  )
}
