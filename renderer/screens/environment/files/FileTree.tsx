import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { exact } from '../../../../shared/exact.ts'
import { useVirtualList } from '../../../components/use-virtual-list.ts'
import { t } from '../../../messages/messages.ts'
import { DriftSign, KindIcon } from './file-marks.tsx'
import type { TreeRow } from './tree-rows.ts'

/** A line's height in pixels, as in files.css. */
const HEIGHT = 28
/** In milliseconds: letters that follow each other so fast are the beginning of one name. */
const TYPING = 800

/** The tree of what is open, with the keys that trees have: arrows, Home, End, Enter, and the letters of a name. */
export function FileTree({
  rows,
  chosen,
  choose,
  toggle,
}: {
  rows: TreeRow[]
  chosen: string
  choose(path: string): void
  toggle(path: string, isOpen: boolean): void
}) {
  const { list, height, items, scrollTo } = useVirtualList<HTMLDivElement>({
    count: rows.length,
    height: HEIGHT,
    keyOf: (index) => `${rows[index]?.kind === 'entry' ? 'entry' : 'note'} ${rows[index]?.path}`,
    box: true,
  })
  const typed = useRef({ text: '', at: 0 })
  const current = rows.findIndex((row) => row.kind === 'entry' && row.path === chosen)
  // What was chosen elsewhere, such as an uploaded file, comes into sight once it is there.
  const isThere = current >= 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: afterwards a person scrolls where they like.
  useEffect(() => {
    if (isThere) scrollTo(current)
  }, [chosen, isThere])

  const go = (indices: number[]): void => {
    const row = indices.map((index) => rows[index]).find((one) => one?.kind === 'entry')
    if (row) choose(row.path)
  }
  const type = (letter: string): void => {
    const now = performance.now()
    const text = (now - typed.current.at < TYPING ? typed.current.text : '') + letter.toLowerCase()
    typed.current = { text, at: now }
    // One letter goes on to the next name; more of them first look where they are.
    const from = current + (text.length > 1 ? 0 : 1)
    const order = rows.map((_, at) => (from + at) % rows.length)
    go(order.filter((at) => nameOf(rows[at]).toLowerCase().startsWith(text)))
  }
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = rows[current]
    const entry = row?.kind === 'entry' ? row : undefined
    const down = () => go(range(current + 1, rows.length))
    switch (event.key) {
      case 'ArrowDown':
        down()
        break
      case 'ArrowUp':
        go(range(current - 1, -1))
        break
      case 'Home':
        go(range(0, rows.length))
        break
      case 'End':
        go(range(rows.length - 1, -1))
        break
      case 'ArrowRight':
        if (entry?.entry.kind !== 'folder') return
        if (entry.isOpen) down()
        else toggle(entry.path, true)
        break
      case 'ArrowLeft':
        if (entry?.isOpen) toggle(entry.path, false)
        else go(range(current - 1, -1).filter((at) => (rows[at]?.depth ?? 0) < (entry?.depth ?? 0)))
        break
      case 'Enter':
        if (entry?.entry.kind === 'folder') toggle(entry.path, !entry.isOpen)
        break
      default:
        // The app has keys of its own.
        if (event.key.length !== 1 || ' /?'.includes(event.key)) return
        type(event.key)
    }
    event.preventDefault()
  }
  return (
    <div
      className="files-tree"
      role="tree"
      tabIndex={0}
      aria-label={t('files.tree')}
      aria-activedescendant={items.some(({ index }) => index === current) ? rowId(current) : undefined}
      onKeyDown={press}
    >
      <div ref={list} role="none" style={{ height, position: 'relative' }}>
        {items.map(({ key, index, style }) => {
          const row = rows[index]
          return row && <Row key={key} {...{ row, index, style, chosen, choose, toggle }} />
        })}
      </div>
    </div>
  )
}

const rowId = (index: number): string => `files-row-${index}`
const nameOf = (row: TreeRow | undefined): string => (row?.kind === 'entry' ? row.entry.name : '')

/** Whole numbers from one on, up or down, to before the other. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.abs(to - from) }, (_, at) => (from < to ? from + at : from - at))

function Row({
  row,
  index,
  style,
  chosen,
  choose,
  toggle,
}: {
  row: TreeRow
  index: number
  style: React.CSSProperties
  chosen: string
  choose(path: string): void
  toggle(path: string, isOpen: boolean): void
}) {
  const place = { ...style, paddingLeft: 8 + row.depth * 16 }
  const name = { id: rowId(index), 'aria-level': row.depth + 1 }
  if (row.kind !== 'entry') {
    return (
      <div className="files-note" role="treeitem" aria-selected={false} tabIndex={-1} {...name} style={place}>
        {textOf(row)}
      </div>
    )
  }
  const { path, entry, isOpen } = row
  const isFolder = entry.kind === 'folder'
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys.
    <div
      {...name}
      className="files-row"
      role="treeitem"
      tabIndex={-1}
      aria-selected={path === chosen}
      aria-expanded={isFolder ? isOpen : undefined}
      data-drift={entry.drift ?? undefined}
      style={place}
      onClick={() => {
        choose(path)
        if (isFolder) toggle(path, !isOpen)
      }}
    >
      <span className="files-arrow" aria-hidden="true">
        {isFolder && (isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />)}
      </span>
      <KindIcon kind={entry.kind} />
      <span className="files-name">{exact(entry.name)}</span>
      <Marks row={row} />
    </div>
  )
}

function textOf(row: Exclude<TreeRow, { kind: 'entry' }>): string {
  if (row.kind === 'note') return t(`files.${row.note}`)
  return row.kind === 'more' ? t('files.more', { count: row.count }) : row.failure.message
}

/** How an entry differs from the image, and where it lies if that is elsewhere than the container's own files. */
function Marks({ row: { entry, isOpen, depth } }: { row: Extract<TreeRow, { kind: 'entry' }> }) {
  const { drift, driftBelow, place, kind } = entry
  return (
    <>
      {place !== 'container' && kind === 'folder' && depth < 3 && (
        <span className="files-place">{t(`files.marks.${place}`)}</span>
      )}
      {driftBelow > 0 && !isOpen && (
        <span className="files-below" title={t('files.below', { count: driftBelow })}>
          <span aria-hidden="true">{driftBelow}</span>
          <span className="hidden">{t('files.below', { count: driftBelow })}</span>
        </span>
      )}
      {drift && <DriftSign drift={drift} />}
    </>
  )
}
