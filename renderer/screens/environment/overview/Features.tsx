import { exact } from '../../../../shared/exact.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { VersionFeature } from '../../../../shared/version-feature.ts'
import { Chip } from '../../../components/Chip.tsx'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { t } from '../../../messages/messages.ts'
import { shortChange } from '../changes.ts'
import { useOutdated } from '../use-outdated.ts'
import { featureName } from './feature-name.ts'
import './features.css'

/** The features of the version that runs. It is left out where there are none. */
export function Features({ project, features }: { project: ProjectKey; features: VersionFeature[] }) {
  const { pins } = useOutdated(project)
  if (features.length === 0) return null
  // What the person just looked for is newer than the daily check.
  const isNewer = ({ reference, digest, newer }: VersionFeature) =>
    pins
      ? digest !== null && pins.some((pin) => pin.reference === reference && pin.locked.endsWith(digest))
      : newer
  return (
    <section className="overview-card" aria-label={t('features.title')}>
      <h2>{t('features.title')}</h2>
      <ul className="features">
        {features.map((feature) => (
          <OneFeature key={keyOf(feature)} feature={feature} newer={isNewer(feature)} />
        ))}
      </ul>
    </section>
  )
}

/** One feature can be there twice, in two versions or with other options. */
const keyOf = ({ reference, options }: VersionFeature): string => `${reference} ${JSON.stringify(options)}`

function OneFeature({
  feature: { reference, version, options, digest },
  newer,
}: {
  feature: VersionFeature
  newer: boolean
}) {
  const name = featureName(reference)
  const chosen = Object.entries(options)
  return (
    <li>
      <div className="row">
        <b>{exact(name)}</b>
        {version !== null && <span className="dim">{exact(version)}</span>}
        {newer && <Chip tone="busy">{t('definition.newer')}</Chip>}
      </div>
      {chosen.length > 0 && (
        <ul aria-label={t('features.options', { name })}>
          {chosen.map(([option, value]) => (
            <li key={option}>
              <span className="dim">{exact(option)}</span> {value === '' ? '""' : exact(value)}
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <code className="faint">{exact(reference)}</code>
        {digest !== null && (
          <>
            <code className="faint" title={digest}>
              {shortChange({ input: '', from: null, to: digest }).to}
            </code>
            <CopyButton size="compact-sm" text={digest} label={t('features.copy', { name })} />
          </>
        )}
      </div>
    </li>
  )
}
