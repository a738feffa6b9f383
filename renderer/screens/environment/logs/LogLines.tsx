import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { clock } from '../../../components/format.ts'
import { lookParts } from '../../../store/text/log-looks.ts'
import type { LogBuffer, LogLine } from './log-buffer.ts'
import './logs.css'

/** A row's height in pixels, as in logs.css. */
const ROW = 20
/** Rows beyond what is seen. */
const MORE = 12
/** In milliseconds: a scroll so soon after a person's key or wheel is theirs. */
const TOUCH = 400

/** What a log shows: its lines, where to go, what is marked. */
export interface LogLinesProps {
  buffer: LogBuffer
  /** Counts up with the buffer. */
  turn: number
  label: string
  wrap: boolean
  follow: boolean
  /** Called when the person scrolls away from the end or back to it. */
  onFollow(follow: boolean): void
  /** The line to bring into sight; a new object each time. */
  goal?: { number: number } | undefined
  wanted: string
  /** Whether the time of each line is shown. */
  times?: boolean
  /** Called when a person scrolls to the oldest line. */
  onTop?(): void
}

/**
 * Only the lines in sight are on the page, and of the others nothing is kept but their number: a row's place follows
 * from it. When lines wrap, the first visible one is at its place and the others flow below it.
 */
export function LogLines({
  buffer,
  turn,
  label,
  wrap,
  follow,
  onFollow,
  goal,
  wanted,
  times = false,
  onTop,
}: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(400)
  const first = useRef(buffer.first)
  const before = useRef({ buffer, end: buffer.end })
  const touched = useRef(Number.NEGATIVE_INFINITY)
  const pressed = useRef(false)
  const total = buffer.length * ROW

  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // Lines that are let go must not move those in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn tells that the buffer changed.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const gone = buffer.first - first.current
    first.current = buffer.first
    const older = before.current.buffer === buffer ? 0 : buffer.end - before.current.end
    before.current = { buffer, end: buffer.end }
    if (older > 0 && !follow) element.scrollTop += older * ROW
    else if (follow) element.scrollTop = total
    else if (gone > 0) element.scrollTop -= gone * ROW
    setTop(element.scrollTop)
  }, [buffer, turn, follow, total, height])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a goal is gone to once.
  useLayoutEffect(() => {
    if (!goal || !box.current) return
    box.current.scrollTop = (goal.number - buffer.first) * ROW - height / 2
    setTop(box.current.scrollTop)
  }, [goal])

  const scrolled = () => {
    const element = box.current
    if (!element) return
    setTop(element.scrollTop)
    // Only a person's scrolling counts; the browser scrolls by itself when lines come.
    if (!pressed.current && performance.now() - touched.current > TOUCH) return
    if (element.scrollTop < ROW) onTop?.()
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW / 2
    if (atEnd !== follow) onFollow(atEnd)
  }
  const touch = () => {
    touched.current = performance.now()
  }

  const seen = Math.ceil(height / ROW)
  const atEnd = top + height >= total - 1
  const from = Math.max(0, Math.min(Math.floor(top / ROW), buffer.length - seen) - (wrap ? 0 : MORE))
  const count = Math.min(buffer.length - from, seen + MORE * 2)
  const rows: ReactNode[] = []
  for (let at = from; at < from + count; at++) {
    const number = buffer.first + at
    const line = buffer.line(number)
    if (!line) continue
    const look = `${line.error ? ' error' : ''}${goal?.number === number ? ' goal' : ''}`
    rows.push(
      <div key={number} className={`log-line${look}`} data-line={number}>
        {times && <span className="log-time">{line.at === undefined ? '' : clock(line.at)}</span>}
        {wanted === '' && line.looks ? coloured(line) : marked(line.text, wanted)}
      </div>,
    )
  }
  const place = wrap && atEnd ? { bottom: 0 } : { top: from * ROW }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a log is no section of the page.
    <div
      ref={box}
      className={`log-lines${wrap ? ' wrap' : ''}`}
      onScroll={scrolled}
      onWheel={touch}
      onKeyDown={touch}
      onTouchMove={touch}
      onPointerDown={() => {
        pressed.current = true
      }}
      onPointerUp={() => {
        pressed.current = false
        touch()
      }}
      onPointerMove={({ buttons }) => {
        // The end of dragging a scroll bar fires no event.
        if (buttons === 0) pressed.current = false
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to by keyboard, too.
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div className="log-space" style={{ height: total }}>
        <div className="log-rows" style={place}>
          {rows}
        </div>
      </div>
    </div>
  )
}

/** A line in its colours. */
const coloured = ({ text, looks = [] }: LogLine): ReactNode =>
  lookParts(text, looks).map(({ text, look, colour }, at) =>
    look === '' ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name.
      <span key={at} className={look} style={colour ? ({ '--colour': colour } as CSSProperties) : undefined}>
        {text}
      </span>
    ),
  )

/** A line with what was searched for marked; nothing of a very long line is marked far to the right. */
function marked(text: string, wanted: string): ReactNode {
  if (wanted === '') return text || ' '
  const parts: ReactNode[] = []
  const low = text.toLowerCase()
  const look = wanted.toLowerCase()
  // A letter whose small form is longer shifts what follows; then nothing is marked.
  if (low.length !== text.length) return text
  let end = 0
  for (let at = low.indexOf(look); at >= 0 && parts.length < 200; at = low.indexOf(look, end)) {
    parts.push(text.slice(end, at), <mark key={at}>{text.slice(at, at + look.length)}</mark>)
    end = at + look.length
  }
  return parts.length === 0 ? text || ' ' : [...parts, text.slice(end)]
}
