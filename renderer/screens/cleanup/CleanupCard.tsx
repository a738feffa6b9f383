import { Checkbox } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { CleanupProject } from '../../../shared/cleanup.ts'
import { ago, size } from '../../components/format.ts'
import { shortPath } from '../../components/short-path.ts'
import { t } from '../../messages/messages.ts'
import type { Item } from './choice.ts'

/** What one project keeps: its versions and its data. */
export function CleanupCard({
  project: { name, path, versions, volumes },
  chosen,
  choose,
}: {
  project: CleanupProject
  chosen: ReadonlySet<string>
  choose(id: string, on: boolean): void
}) {
  const now = Date.now()
  const bytes = (value: number | null) => (value === null ? t('cleanup.unknown') : size(value))
  return (
    <section className="cleanup-project" aria-label={name}>
      <h2>{name}</h2>
      <div className="faint mono">{shortPath(path)}</div>
      {versions.length > 0 && <h3>{t('cleanup.versions')}</h3>}
      <ul>
        {versions.map(({ id, ordinal, createdAt, locked, old, bytes: freed }) => (
          <li key={id}>
            <Choice
              locked={locked !== null}
              checked={chosen.has(id)}
              choose={(on) => choose(id, on)}
              label={[
                t('cleanup.version', { ordinal }),
                t('cleanup.built', { ago: ago(Date.parse(createdAt), now) }),
                locked ? t(`cleanup.${locked}`) : old ? t('cleanup.old') : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            />
            <span className="dim">{bytes(freed)}</span>
          </li>
        ))}
      </ul>
      {volumes.length > 0 && (
        <>
          <h3>{t('cleanup.data')}</h3>
          <p className="dim">{t('cleanup.dataHint')}</p>
          <ul>
            {volumes.map((volume) => (
              <li key={volume.name}>
                <Choice
                  locked={volume.inUse}
                  checked={chosen.has(volume.name)}
                  choose={(on) => choose(volume.name, on)}
                  label={
                    <>
                      <span className="mono">{volume.name}</span>
                      {volume.inUse && ` · ${t('cleanup.volumeInUse')}`}
                    </>
                  }
                />
                <span className="dim">{bytes(volume.bytes)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** What the data folder keeps and no project needs. */
export function StoreCard({
  recipes: { id, label, bytes },
  chosen,
  choose,
}: {
  recipes: Item
  chosen: ReadonlySet<string>
  choose(id: string, on: boolean): void
}) {
  return (
    <section className="cleanup-project" aria-label={t('cleanup.store')}>
      <h2>{t('cleanup.store')}</h2>
      <p className="dim">{t('cleanup.storeHint')}</p>
      <ul>
        <li>
          <Choice
            locked={false}
            checked={chosen.has(id)}
            choose={(on) => choose(id, on)}
            label={t('cleanup.recipeCount', { count: Number(label) })}
          />
          <span className="dim">{size(bytes ?? 0)}</span>
        </li>
      </ul>
    </section>
  )
}

/** A box to choose something by; in the place of one that cannot be removed a lock, and why is part of its label. */
function Choice({
  locked,
  checked,
  choose,
  label,
}: {
  locked: boolean
  checked: boolean
  choose(on: boolean): void
  label: ReactNode
}) {
  if (!locked) {
    return (
      <Checkbox checked={checked} onChange={(event) => choose(event.currentTarget.checked)} label={label} />
    )
  }
  return (
    <span className="cleanup-locked dim">
      <IconLock size={18} stroke={1.7} aria-hidden="true" />
      <span>{label}</span>
    </span>
  )
}
