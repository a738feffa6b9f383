import { Button } from '@mantine/core'
import { describeRefusal, type EnginePlace } from '../../../shared/engine-state.ts'
import { t } from '../../messages/messages.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { changeSettings } from '../../store/app/settings.ts'

/** Where engines were looked for and what is there, to choose from; the choice is remembered. */
export function EngineList({ places, changed }: { places: EnginePlace[]; changed(): void }) {
  const own = places.some(({ from }) => from === 'settings')
  return (
    <section>
      <h2>{t('engine.places')}</h2>
      <ul className="card tried">
        {places.map((place) => (
          <li key={place.address}>
            <span className="grow">
              <code>{place.address}</code>
              <span className="dim">{describe(place)}</span>
            </span>
            {place.chosen && place.found.kind === 'engine' && <b>{t('engine.used')}</b>}
            {!place.chosen && place.found.kind === 'engine' && <UseEngine place={place} changed={changed} />}
          </li>
        ))}
      </ul>
      {own && (
        <Button mt="sm" onClick={() => void changeSettings({ engine: null }).then(changed, notifyFailure)}>
          {t('engine.forget')}
        </Button>
      )}
    </section>
  )
}

/** Chooses an engine that answers. */
export function UseEngine({
  place: { address, context },
  changed,
  variant = 'default',
}: {
  place: EnginePlace
  changed(): void
  variant?: 'filled' | 'default'
}) {
  const engine = context === null ? address : `context:${context}`
  return (
    <Button
      variant={variant}
      aria-label={t('engine.useLabel', { address })}
      onClick={() => void changeSettings({ engine }).then(changed, notifyFailure)}
    >
      {t('engine.use')}
    </Button>
  )
}

function describe({ from, context, found }: EnginePlace): string {
  const who =
    from === 'context' ? t('engine.contextNamed', { name: context ?? '' }) : t(`engine.from.${from}`)
  return `${what(found)} · ${who}`
}

function what(found: EnginePlace['found']): string {
  switch (found.kind) {
    case 'engine':
      return `${found.name} ${found.version}`
    case 'nothing':
      return t('engine.nothing')
    case 'forbidden':
      return found.refusal
        ? t('engine.refusedWhy', { why: describeRefusal(found.refusal) })
        : t('engine.refusedThere')
    case 'other':
      return found.problem
  }
}
