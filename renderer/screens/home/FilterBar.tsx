import { t } from '../../messages/messages.ts'
import { type Listing, STATE_FILTERS, type StateFilter } from '../../store/projects/environment-list.ts'

/** Chooses which states the list shows. States that no environment is in are not offered. */
export function FilterBar({
  listed: { counts, found },
  filter,
  change,
}: {
  listed: Listing
  filter: StateFilter | undefined
  change(filter: StateFilter | undefined): void
}) {
  const offered = STATE_FILTERS.filter((state) => counts[state] > 0 || state === filter)
  return (
    <fieldset className="filters" aria-label={t('home.filters')}>
      <One name={t('home.filter.all')} count={found} pressed={!filter} press={() => change(undefined)} />
      {offered.map((state) => (
        <One
          key={state}
          name={t(`home.filter.${state}`)}
          count={counts[state]}
          pressed={state === filter}
          press={() => change(state)}
        />
      ))}
    </fieldset>
  )
}

function One(props: { name: string; count: number; pressed: boolean; press(): void }) {
  return (
    <button type="button" className="filter" aria-pressed={props.pressed} onClick={props.press}>
      {props.name} <span className="filter-count">{props.count}</span>
    </button>
  )
}
