import { Button, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { DriftReport, FileChange, PackageChange } from '../../../../shared/drift.ts'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { client } from '../../../client/client.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { useActionLabel } from '../../../components/use-action-label.ts'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { hrefOf } from '../../../route.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { wantReset } from '../../../store/actions/reset.ts'
import { ChangeText } from '../ChangeList.tsx'
import { PatchText } from '../PatchText.tsx'
import './drift.css'

/** So many paths of a group are shown. */
const MAX = 1_000

/** What the containers hold that their image does not, and what to do about it. */
export function DriftTab({ summary }: { summary: ProjectSummary }) {
  const { key: project, state, version, operation, drift: counted } = summary
  const [service, setService] = useState<string>()
  const word = useActionLabel(project)
  const gone = state === 'absent' || version === null
  const drift = useAnswer(`${project} ${state} ${version?.id} ${operation?.id} ${counted}`, async (signal) =>
    gone ? undefined : client.environment.drift({ project }, { signal }),
  )
  if (gone) {
    return (
      <div className="nothing card">
        <h2>{t('drift.notRunning')}</h2>
        <p className="dim">{t('drift.notRunningHint')}</p>
      </div>
    )
  }
  if (drift.failure && !drift.value) return <FailureBox report={drift.failure.report} retry={drift.again} />
  if (!drift.value) return <Skeleton height={240} />
  const { services } = drift.value
  const found = services.find((one) => one.service === service) ?? drift.value
  return (
    <section className="drift" aria-label={t('environment.tab.drift')}>
      <div className="row tab-head">
        <h2 className="grow">{t('drift.count', { count: found.drift.changes })}</h2>
        {services.length > 1 && (
          <ServiceChoice
            all
            services={services.map((one) => one.service)}
            value={found === drift.value ? undefined : service}
            change={setService}
          />
        )}
        <Button loading={drift.asking} onClick={drift.again}>
          {t('drift.again')}
        </Button>
        {found.drift.changes > 0 && (
          <Button
            disabled={operation !== null}
            onClick={() => void wantReset(project, `v${version.ordinal}`)}
          >
            {word('reset')}
          </Button>
        )}
      </div>
      {found.drift.dotfiles > 0 && (
        <p className="dim">{t('drift.dotfiles', { count: found.drift.dotfiles })}</p>
      )}
      {found.drift.changes === 0 ? (
        <div className="nothing card">
          <h2>{t('drift.none')}</h2>
          <p className="dim">{t('drift.noneHint')}</p>
          <Button onClick={() => void act('logs', summary)}>{t('action.logs')}</Button>
        </div>
      ) : (
        <Report
          report={found}
          patch={found === drift.value ? drift.value.patch : null}
          linkOf={
            services.length > 1 && found === drift.value
              ? undefined
              : (path) =>
                  hrefOf({
                    screen: 'environment',
                    project,
                    tab: 'files',
                    file: { path, ...(service !== undefined && { service }) },
                  })
          }
        />
      )}
    </section>
  )
}

function Report({
  report: { drift, change },
  patch,
  linkOf,
}: {
  report: Pick<DriftReport, 'drift' | 'change'>
  /** The change as a patch of the definition; null where there is none. */
  patch: string | null
  /** The address of a file in the tab Files; undefined where the report is of several services. */
  linkOf: ((path: string) => string) | undefined
}) {
  const text = patch ?? change.filter((line) => !line.startsWith('#')).join('\n')
  const notes = change.filter((line) => line.startsWith('#')).map((line) => line.replace(/^# /, ''))
  return (
    <>
      {change.length > 0 && (
        <section className="card compare-part">
          <div className="row">
            <h3 className="grow">{t('drift.asDefinition')}</h3>
            {text !== '' && <CopyButton text={`${text.trimEnd()}\n`}>{t('drift.copy')}</CopyButton>}
          </div>
          {text !== '' && <PatchText label={t('drift.asDefinition')} patch={text} />}
          {patch !== null && <p className="faint">{t('drift.apply')}</p>}
          {notes.map((note) => (
            <p key={note} className="dim">
              {note}
            </p>
          ))}
        </section>
      )}
      <Packages packages={drift.packages} />
      <Files title={t('drift.configuration')} files={drift.configuration} linkOf={linkOf} />
      <Files title={t('drift.files')} files={drift.files} linkOf={linkOf} />
    </>
  )
}

function Packages({ packages }: { packages: PackageChange[] }) {
  if (packages.length === 0) return null
  return (
    <section className="card compare-part">
      <h3>{t('drift.packages', { count: packages.length })}</h3>
      <ul className="compare-list">
        {packages.slice(0, MAX).map(({ database, name, from, to }) => (
          <li key={`${database} ${name}`}>
            <ChangeText change={{ input: name, from, to }} /> <span className="faint">{database}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const SIGNS = { added: '+', changed: '~', deleted: '−' } as const

function Files({
  title,
  files,
  linkOf,
}: {
  title: string
  files: FileChange[]
  linkOf: ((path: string) => string) | undefined
}) {
  if (files.length === 0) return null
  return (
    <section className="card compare-part">
      <h3>
        {title} <span className="faint">{files.length}</span>
      </h3>
      <ul className="compare-list">
        {files.slice(0, MAX).map(({ path, kind, count }) => (
          <li key={path}>
            <span className={`file-sign ${kind}`} aria-hidden="true">
              {SIGNS[kind]}
            </span>
            <span className="hidden">{t(`drift.${kind}`)}</span>{' '}
            {linkOf ? <a href={linkOf(path)}>{path}</a> : path}
            {count !== undefined && <span className="faint"> {t('drift.inFolder', { count })}</span>}
          </li>
        ))}
      </ul>
      {files.length > MAX && <p className="dim">{t('changes.more', { count: files.length - MAX })}</p>}
    </section>
  )
}
