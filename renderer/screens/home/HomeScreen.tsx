import { Button, Skeleton, TextInput } from '@mantine/core'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../shared/project.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { showDialog } from '../../store/dialogs.ts'
import { followProjects, projects } from '../../store/projects.ts'
import { EngineBanner } from './EngineBanner.tsx'
import { EnvironmentList } from './EnvironmentList.tsx'
import { FirstProject } from './FirstProject.tsx'
import { usePasted } from './use-pasted.ts'
import './home.css'

/** Every environment, with what is most likely wanted next for each. */
export function HomeScreen() {
  const list = useStore(projects, (state) => state.projects)
  const failure = useStore(projects, (state) => state.failure)
  const [text, setText] = useState('')
  const search = useDeferredValue(text)
  usePasted()
  const found = list?.filter((project) => matches(project, search))
  if (list?.length === 0) {
    return (
      <div>
        <EngineBanner />
        <FirstProject />
      </div>
    )
  }
  return (
    <div>
      <PageHead title={t('home.title')}>
        <Search text={text} change={setText} />
        <Button variant="filled" onClick={() => showDialog({ kind: 'open', source: '' })}>
          {t('home.open')}
        </Button>
      </PageHead>
      <EngineBanner />
      {failure && <FailureBox report={failure.report} retry={followProjects} />}
      {!found && !failure && <Waiting />}
      {found && found.length > 0 && <EnvironmentList environments={found} />}
      {found?.length === 0 && (
        <div className="card empty">
          <h2>{t('home.noneFound', { text: search })}</h2>
          <p>{t('home.noneFoundHint')}</p>
        </div>
      )}
      <p className="hidden" role="status">
        {found && search !== '' ? t('home.count', { count: found.length }) : ''}
      </p>
      {found && <p className="faint foot">{t('home.foot')}</p>}
    </div>
  )
}

/** Every word that was typed is in the name, the folder or the branch. */
function matches({ name, path, branch }: ProjectSummary, text: string): boolean {
  const where = `${name} ${path} ${branch ?? ''}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word))
}

function Search({ text, change }: { text: string; change(text: string): void }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof HTMLElement && event.target.matches('input, textarea, [contenteditable]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || inField) return
      if (document.querySelector('[role=dialog]')) return
      event.preventDefault()
      field.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [])
  return (
    <TextInput
      ref={field}
      className="search"
      type="search"
      aria-label={t('home.search')}
      aria-keyshortcuts="/"
      placeholder={t('home.search')}
      rightSection={text === '' ? <kbd>/</kbd> : undefined}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('')
      }}
    />
  )
}

/** Until the list is there. */
function Waiting() {
  if (useLost()) return null
  return (
    <div className="card" aria-busy="true" role="status" aria-label={t('home.loading')}>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="environment">
          <Skeleton circle height={10} />
          <Skeleton height={14} width="60%" />
          <Skeleton height={14} width="70%" />
          <Skeleton height={14} width="40%" />
          <Skeleton height={34} />
        </div>
      ))}
    </div>
  )
}
