import { Button, Skeleton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useDeferredValue, useState } from 'react'
import { useStore } from 'zustand'
import { FailureBox } from '../../components/FailureBox.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { engine } from '../../store/app/engine.ts'
import { listing, type StateFilter } from '../../store/projects/environment-list.ts'
import { followProjects, projects } from '../../store/projects/projects.ts'
import { EngineBanner } from './EngineBanner.tsx'
import { EnvironmentList } from './EnvironmentList.tsx'
import { FilterBar } from './FilterBar.tsx'
import { FirstProject } from './FirstProject.tsx'
import { Search } from './Search.tsx'
import { usePasted } from './use-pasted.ts'
import './home.css'

/** Every environment, with what is most likely wanted next for each. */
export function HomeScreen() {
  const list = useStore(projects, (state) => state.projects)
  const failure = useStore(projects, (state) => state.failure)
  const state = useStore(engine, (store) => store.engine)
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<StateFilter>()
  const search = useDeferredValue(text)
  usePasted()
  if (list?.length === 0) {
    return (
      <div>
        <EngineBanner />
        <FirstProject />
      </div>
    )
  }
  const listed = list && listing(list, state, { text: search, state: filter })
  return (
    <div className="home">
      <PageHead title={t('home.title')}>
        <Search text={text} change={setText} />
        <Button
          leftSection={<IconPlus size={16} aria-hidden="true" />}
          onClick={() => showDialog({ kind: 'open', source: '' })}
        >
          {t('home.open')}
        </Button>
      </PageHead>
      <EngineBanner />
      {failure && <FailureBox report={failure.report} retry={followProjects} />}
      {!listed && !failure && <Waiting />}
      {listed && listed.found > 0 && <FilterBar listed={listed} filter={filter} change={setFilter} />}
      {listed && listed.shown.length > 0 && <EnvironmentList environments={listed.shown} />}
      {listed?.shown.length === 0 && (
        <div className="empty">
          {listed.found === 0 ? (
            <>
              <h2>{t('home.noneFound', { text: search })}</h2>
              <p>{t('home.noneFoundHint')}</p>
            </>
          ) : (
            <h2>{t('home.noneOfState')}</h2>
          )}
        </div>
      )}
      <p className="hidden" role="status">
        {listed && search !== '' ? t('home.count', { count: listed.shown.length }) : ''}
      </p>
      {listed && <p className="faint foot">{t('home.foot')}</p>}
    </div>
  )
}

/** Until the list is there. */
function Waiting() {
  if (useLost()) return null
  return (
    <div className="environments-frame" aria-busy="true" role="status" aria-label={t('home.loading')}>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="environment">
          <Skeleton height={28} width={28} />
          <Skeleton height={14} width="60%" />
          <Skeleton height={14} width="70%" />
        </div>
      ))}
    </div>
  )
}
