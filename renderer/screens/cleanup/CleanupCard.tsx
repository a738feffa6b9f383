import { Checkbox } from '@mantine/core'
import type { CleanupProject } from '../../../shared/cleanup.ts'
import { shortPath } from '../../components/short-path.ts'
import { ago, size } from '../../components/words.ts'
import { t } from '../../messages/messages.ts'

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
    <section className="card cleanup-project" aria-label={name}>
      <h2>{name}</h2>
      <div className="faint mono">{shortPath(path)}</div>
      {versions.length > 0 && <h3>{t('cleanup.versions')}</h3>}
      <ul>
        {versions.map(({ id, ordinal, createdAt, locked, old, bytes: freed }) => (
          <li key={id}>
            <Checkbox
              checked={chosen.has(id)}
              disabled={locked !== null}
              onChange={(event) => choose(id, event.currentTarget.checked)}
              label={[
                t('cleanup.version', { ordinal }),
                t('cleanup.built', { ago: ago(Date.parse(createdAt), now) }),
                locked ? t(`cleanup.${locked}`) : old ? t('cleanup.old') : '',
              ]
                .filter(Boolean)
                .join(' · ')}
              wrapperProps={{ 'data-kind': 'version' }}
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
                <Checkbox
                  checked={chosen.has(volume.name)}
                  disabled={volume.inUse}
                  onChange={(event) => choose(volume.name, event.currentTarget.checked)}
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
