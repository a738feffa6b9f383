import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../shared/project.ts'
import { t } from '../../messages/messages.ts'
import { engine } from '../../store/engine.ts'
import { EnvironmentRow } from './EnvironmentRow.tsx'

/** In pixels: a row without a second line of badges. */
const ROW = 81

/** The environments; of a long list only what can be seen is on the page. */
export function EnvironmentList({ environments }: { environments: ProjectSummary[] }) {
  const state = useStore(engine, (store) => store.engine)
  const list = useRef<HTMLUListElement>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const [offset, setOffset] = useState(0)
  useLayoutEffect(() => {
    const content = document.getElementById('content')
    setScroller(content)
    const top = (element: HTMLElement | null) => element?.getBoundingClientRect().top ?? 0
    setOffset(top(list.current) - top(content) + (content?.scrollTop ?? 0))
  }, [])
  const rows = useVirtualizer({
    count: environments.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW,
    getItemKey: (index) => environments[index]?.key ?? index,
    scrollMargin: offset,
    overscan: 6,
  })
  return (
    <div className="card">
      <ul
        ref={list}
        className="environments"
        aria-label={t('home.title')}
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const summary = environments[index]
          if (!summary) return null
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              aria-setsize={environments.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start - offset}px)` }}
            >
              <EnvironmentRow summary={summary} engine={state} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
