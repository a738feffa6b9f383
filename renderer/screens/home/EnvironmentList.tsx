import { useMediaQuery } from '@mantine/hooks'
import { type KeyboardEvent, Suspense, useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { lazyPart } from '../../components/lazy-part.ts'
import { useVirtualList } from '../../components/use-virtual-list.ts'
import { t } from '../../messages/messages.ts'
import { engine } from '../../store/app/engine.ts'
import { movedTo } from '../../store/projects/environment-list.ts'
import { EnvironmentRow } from './EnvironmentRow.tsx'

const EnvironmentDetail = lazyPart(() => import('./EnvironmentDetail.tsx'))

/** In pixels: the height of a row, as home.css has it. */
const ROW = 52
/** Where there is room for details beside the list. */
const WIDE = '(min-width: 1400px)'

/**
 * The environments, of which one is selected; of a long list only what can be seen is on the page. In a wide window the
 * selected one's details are beside it.
 */
export function EnvironmentList({ environments }: { environments: ProjectSummary[] }) {
  const state = useStore(engine, (store) => store.engine)
  const wide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false }) ?? false
  const [chosen, setChosen] = useState<ProjectKey>()
  const selected = Math.max(
    0,
    environments.findIndex(({ key }) => key === chosen),
  )
  const moving = useRef(false)
  const { list, height, items, scrollTo } = useVirtualList<HTMLUListElement>({
    count: environments.length,
    height: ROW,
    keyOf: (index) => environments[index]?.key ?? index,
  })
  // A row that a key went to is on the page only after the list has scrolled there.
  useLayoutEffect(() => {
    if (!moving.current) return
    const row = list.current?.querySelector<HTMLElement>('.environment[data-selected] h2 a')
    if (!row) return
    moving.current = false
    row.focus({ preventScroll: true })
  })
  const move = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || !event.target.matches('h2 a')) return
    const next = movedTo(event.key, selected, environments.length)
    if (next === undefined) return
    event.preventDefault()
    moving.current = true
    setChosen(environments[next]?.key)
    scrollTo(next)
  }
  const detailed = environments[selected]
  return (
    <div className={wide ? 'list-and-detail' : undefined}>
      <div className="environments-frame">
        <ul
          ref={list}
          className="environments"
          aria-label={t('home.title')}
          style={{ height }}
          onKeyDown={move}
        >
          {items.map(({ key, index, style }) => {
            const summary = environments[index]
            if (!summary) return null
            return (
              <li key={key} aria-setsize={environments.length} aria-posinset={index + 1} style={style}>
                <EnvironmentRow
                  summary={summary}
                  engine={state}
                  selected={index === selected}
                  opens={!wide || index === selected}
                  select={setChosen}
                />
              </li>
            )
          })}
        </ul>
      </div>
      {wide && detailed && (
        <Suspense fallback={null}>
          <EnvironmentDetail key={detailed.key} summary={detailed} />
        </Suspense>
      )}
    </div>
  )
}
