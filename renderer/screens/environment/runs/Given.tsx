import type { ContainerMount, ServiceDetails } from '../../../../shared/container.ts'
import { exact } from '../../../../shared/exact.ts'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { number } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'

/** One thing that a container was given; `value`: null where it is not shown. */
interface Entry {
  name: string
  value: string | null
  about?: string
}

/** What a container is given: variables, mounts and labels. `wanted`: what they are filtered by, in lower case. */
export function Given({
  details: { variables, mounts, labels },
  wanted,
}: {
  details: ServiceDetails
  wanted: string
}) {
  return (
    <>
      <Entries title={t('runs.variables')} none={t('runs.noVariables')} entries={variables} wanted={wanted} />
      <Entries
        title={t('runs.mounts')}
        none={t('runs.noMounts')}
        entries={mounts.map(mountEntry)}
        wanted={wanted}
      />
      <Entries title={t('runs.labels')} none={t('runs.noLabels')} entries={labels} wanted={wanted} />
    </>
  )
}

function Entries({
  title,
  none,
  entries,
  wanted,
}: {
  title: string
  none: string
  entries: Entry[]
  wanted: string
}) {
  const shown = entries.filter(({ name, value, about }) =>
    `${name} ${value ?? ''} ${about ?? ''}`.toLowerCase().includes(wanted),
  )
  return (
    <section className="card compare-part" aria-label={title}>
      <h3>
        {title} <span className="faint">{number(entries.length)}</span>
      </h3>
      {shown.length === 0 ? (
        <p className="dim">{entries.length === 0 ? none : t('runs.nothingMatches')}</p>
      ) : (
        <ul className="given">
          {shown.map(({ name, value, about }) => (
            <li key={name}>
              <code>{exact(name)}</code>
              <span className="mono runs-value" title={value ?? undefined}>
                {value === null ? <span className="faint">{t('runs.hidden')}</span> : exact(value)}
                {about !== undefined && <span className="faint"> {about}</span>}
              </span>
              {value !== null && value !== '' && (
                <CopyButton
                  size="compact-sm"
                  variant="subtle"
                  text={value}
                  label={t('common.copyOf', { name: exact(name) })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function mountEntry({ kind, source, target, readOnly }: ContainerMount): Entry {
  const about = [kindText(kind), ...(readOnly ? [t('runs.readOnly')] : [])].join(' · ')
  return { name: target, value: source ?? '', about }
}

const kindText = (kind: string): string =>
  kind === 'bind' || kind === 'volume' || kind === 'tmpfs' ? t(`runs.kind.${kind}`) : kind
