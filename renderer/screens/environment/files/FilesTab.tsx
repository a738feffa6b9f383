import { Button, Checkbox, Skeleton, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { exact } from '../../../../shared/exact.ts'
import { NamePart } from '../../../../shared/file.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { t } from '../../../messages/messages.ts'
import type { FileInService } from '../../../route.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { useServices } from '../use-services.ts'
import { FileDetail } from './FileDetail.tsx'
import { FileTree } from './FileTree.tsx'
import { FoundFiles } from './FoundFiles.tsx'
import { ReplaceDialog } from './ReplaceDialog.tsx'
import type { Place } from './transfer-file.ts'
import { entryAt, isListing, pathsTo, ROOT, treeRows, unlisted, unlistedAbove } from './tree-rows.ts'
import { useFolders } from './use-folders.ts'
import { useUpload } from './use-upload.ts'
import './files.css'

/** The files inside a service: a tree of what was opened, and one file or folder of it. */
export default function FilesTab({
  summary,
  file,
}: {
  summary: ProjectSummary
  /** What is shown at first; without it, the top. */
  file: FileInService | undefined
}) {
  const { state, version, operation } = summary
  const [service, setService] = useState(file?.service)
  const services = useServices(summary)
  const shown = services.find((one) => one === service) ?? services[0]
  if (state === 'absent' || state === 'stopped' || version === null) {
    return (
      <div className="nothing card">
        <h2>{t('files.notRunning')}</h2>
        <p className="dim">{t('files.notRunningHint')}</p>
        {operation === null && (
          <Button variant="filled" onClick={() => void act('start', summary)}>
            {t('action.start')}
          </Button>
        )}
      </div>
    )
  }
  const first = file && (file.service ?? services[0]) === shown ? file.path : ROOT
  const choice = services.length > 1 && (
    <ServiceChoice services={services} value={shown} change={setService} />
  )
  return (
    <Files key={`${version.id} ${shown}`} summary={summary} service={shown} choice={choice} first={first} />
  )
}

const openedAbove = (path: string): ReadonlyMap<string, boolean> =>
  new Map(
    pathsTo(path)
      .slice(0, -1)
      .map((above) => [above, true]),
  )

function Files({
  summary,
  service,
  choice,
  first: path,
}: {
  summary: ProjectSummary
  service: string | undefined
  choice: React.ReactNode
  /** The path that is shown at first. */
  first: string
}) {
  const { key: project, state, version, operation } = summary
  const key = `${project} ${state} ${version?.id} ${operation?.id} ${service}`
  const { folders, load, again } = useFolders(key, project, service)
  const [toggled, setToggled] = useState(() => openedAbove(path))
  const [driftedOnly, setDriftedOnly] = useState(false)
  const [filter, setFilter] = useState('')
  const [search, setSearch] = useState<{ folder: string; name: string }>()
  const [chosen, setChosen] = useState(path)
  const [turn, setTurn] = useState(0)
  const placeOf = (path: string): Place => ({ project, path, ...(service !== undefined && { service }) })
  const upload = useUpload((folder, uploaded) => {
    load(folder.path)
    toggle(folder.path, true)
    setChosen(uploaded.path)
    setTurn((turn) => turn + 1)
  })

  const view = { folders, toggled, driftedOnly, wanted: filter.trim().toLowerCase() }
  const rows = treeRows(view)
  const wanting = [...new Set([...unlisted(view), ...unlistedAbove(folders, chosen)])].join('\0')
  useEffect(() => {
    for (const path of wanting.split('\0')) if (path !== '') load(path)
  }, [wanting, load])

  const toggle = (path: string, isOpen: boolean) => setToggled((before) => new Map(before).set(path, isOpen))
  const reveal = (path: string) => {
    for (const above of pathsTo(path).slice(0, -1)) toggle(above, true)
    setChosen(path)
  }
  const root = folders.get(ROOT)
  const entry = entryAt(folders, chosen)
  const folder = !search && entry?.kind === 'folder' ? chosen : (search?.folder ?? ROOT)
  const name = filter.trim()
  const canSearch = NamePart.safeParse(name).success
  const searchBelow = () => canSearch && setSearch({ folder, name })
  const changeFilter = (text: string) => {
    setFilter(text)
    setSearch(undefined)
  }
  const first = root?.listing
  // Another service may have what this one lacks.
  if (root?.failure)
    return (
      <section className="files" aria-label={t('environment.tab.files')}>
        {choice}
        <FailureBox report={root.failure} retry={() => load(ROOT)} />
      </section>
    )
  return (
    <section className="files" aria-label={t('environment.tab.files')}>
      <div className="files-bar">
        <TextInput
          className="files-filter"
          type="search"
          aria-label={t('files.filter')}
          placeholder={t('files.filter')}
          value={filter}
          onChange={({ currentTarget }) => changeFilter(currentTarget.value)}
          onKeyDown={({ key }) => {
            if (key === 'Escape') changeFilter('')
            if (key === 'Enter') searchBelow()
          }}
        />
        <Button className="files-search" disabled={!canSearch} onClick={searchBelow}>
          {folder === ROOT ? t('files.search') : t('files.searchIn', { folder: exact(folder) })}
        </Button>
        <Checkbox
          label={t('files.driftedOnly')}
          checked={driftedOnly}
          onChange={() => setDriftedOnly(!driftedOnly)}
        />
        <span className="grow" />
        {choice}
        <Button
          onClick={() => {
            again()
            setTurn(turn + 1)
          }}
        >
          {t('files.again')}
        </Button>
      </div>
      {!first ? (
        <Skeleton height={280} />
      ) : (
        <div className="files-panes">
          <div className="card files-left">
            {search ? (
              <FoundFiles
                key={`${search.folder} ${search.name}`}
                at={placeOf(search.folder)}
                name={search.name}
                turn={turn}
                driftedOnly={driftedOnly}
                chosen={chosen}
                choose={reveal}
                close={() => setSearch(undefined)}
              />
            ) : (
              <FileTree rows={rows} chosen={chosen} choose={setChosen} toggle={toggle} />
            )}
          </div>
          <FileDetail
            key={chosen}
            at={placeOf(chosen)}
            entry={entry}
            isLoading={isListing(folders, chosen)}
            place={entry?.place ?? first.place}
            turn={turn}
            choose={reveal}
            upload={upload}
          />
        </div>
      )}
      {upload.asking && <ReplaceDialog {...upload.asking} />}
    </section>
  )
}
