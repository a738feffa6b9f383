import { Button } from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { exact } from '../../../../shared/exact.ts'
import type { FoundFiles as Found } from '../../../../shared/file.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { useVirtualList } from '../../../components/use-virtual-list.ts'
import { t } from '../../../messages/messages.ts'
import { DriftSign, KindIcon } from './file-marks.tsx'
import type { Place } from './transfer-file.ts'

/** A line's height in pixels, as in files.css. */
const HEIGHT = 28

/** What a search below a folder finds; leaving it cancels the search. `turn` counts up when it is to search again. */
export function FoundFiles({
  at,
  name,
  turn,
  driftedOnly,
  chosen,
  choose,
  close,
}: {
  at: Place
  name: string
  turn: number
  driftedOnly: boolean
  chosen: string
  choose(path: string): void
  close(): void
}) {
  const key = `${at.project} ${at.service} ${at.path} ${name} ${turn}`
  const { value, failure, asking, again } = useAnswer(key, (signal) =>
    client.files.search({ ...at, name }, { signal }),
  )
  const found = value?.found.filter(({ drift }) => !driftedOnly || drift !== null) ?? []
  const count = found.length
  return (
    <div className="files-found">
      <div className="row files-found-head">
        <span className="grow dim" role="status">
          {asking ? t('files.searching') : value && !failure ? t(`files.${value.ended}`, { count }) : ''}
        </span>
        <Button onClick={close}>{t(asking ? 'common.cancel' : 'files.backToTree')}</Button>
      </div>
      {failure && !asking && <FailureBox report={failure.report} retry={again} />}
      {!failure && !asking && count === 0 && (
        <p className="dim files-found-none">
          {t('files.nothingFound', { folder: exact(at.path), name: exact(name) })}
        </p>
      )}
      {!failure && count > 0 && <FoundList found={found} chosen={chosen} choose={choose} />}
    </div>
  )
}

/** Found paths as a list with the keys that lists have: arrows, Home, End. */
function FoundList({
  found,
  chosen,
  choose,
}: {
  found: Found['found']
  chosen: string
  choose(path: string): void
}) {
  const { list, height, items, scrollTo } = useVirtualList<HTMLDivElement>({
    count: found.length,
    height: HEIGHT,
    keyOf: (index) => found[index]?.path ?? index,
    box: true,
  })
  const current = found.findIndex(({ path }) => path === chosen)
  const press = (event: KeyboardEvent): void => {
    const last = found.length - 1
    const places: Record<string, number> = {
      ArrowDown: Math.min(last, current + 1),
      ArrowUp: Math.max(0, current - 1),
      Home: 0,
      End: last,
    }
    const next = event.ctrlKey || event.metaKey || event.altKey ? undefined : places[event.key]
    const one = next === undefined ? undefined : found[next]
    if (next === undefined || !one) return
    choose(one.path)
    scrollTo(next)
    event.preventDefault()
  }
  return (
    <div
      className="files-found-list"
      role="listbox"
      tabIndex={0}
      aria-label={t('files.found')}
      aria-activedescendant={items.some(({ index }) => index === current) ? foundId(current) : undefined}
      onKeyDown={press}
    >
      <div ref={list} role="none" style={{ height, position: 'relative' }}>
        {items.map(({ key, index, style }) => {
          const one = found[index]
          return (
            one && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys.
              <div
                key={key}
                id={foundId(index)}
                className="files-row"
                role="option"
                tabIndex={-1}
                aria-selected={one.path === chosen}
                aria-posinset={index + 1}
                aria-setsize={found.length}
                data-drift={one.drift ?? undefined}
                style={{ ...style, paddingLeft: 12 }}
                onClick={() => choose(one.path)}
              >
                <KindIcon kind={one.kind} />
                <span className="files-name" title={exact(one.path)}>
                  {exact(one.path)}
                </span>
                {one.place !== 'container' && (
                  <span className="files-place">{t(`files.marks.${one.place}`)}</span>
                )}
                {one.drift && <DriftSign drift={one.drift} />}
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

const foundId = (index: number): string => `files-found-${index}`
