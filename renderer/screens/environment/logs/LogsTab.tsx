import { Button, Checkbox, Skeleton, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { number } from '../../../components/format.ts'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { t } from '../../../messages/messages.ts'
import { act } from '../../../store/actions/perform-action.ts'
import type { LogLevel } from '../../../store/text/log-looks.ts'
import { useServices } from '../use-services.ts'
import { LogLines } from './LogLines.tsx'
import { type LogFeed, openFeed } from './log-feed.ts'
import { LogFilter } from './log-filter.ts'
import { LogSearch } from './log-search.ts'

/** How many lines are requested at first, and at most; each time a person wants older ones, so many times as many. */
const [TAIL, ALL, MORE] = [1_000, 1_000_000, 10]

/** What the environment prints, with search. */
export function LogsTab({ summary }: { summary: ProjectSummary }) {
  const { key: project, state, version, operation } = summary
  const [tail, setTail] = useState(TAIL)
  const [shown, setShown] = useState<{ feed: LogFeed; source: string }>()
  const [chosen, setChosen] = useState<string>()
  const [attempt, setAttempt] = useState(0)
  const services = useServices(summary)
  const service = services.find((one) => one === chosen)
  const runs =
    state === 'ready' ||
    state === 'starting' ||
    state === 'unhealthy' ||
    state === 'paused' ||
    state === 'stopped'
  const busy = operation !== null
  const source = [project, version?.id, busy, state, service, attempt, ...services].join()
  // While an environment is replaced, the old one's log ends; the new one's is opened when it is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version or state has another log.
  useEffect(() => {
    if (!runs) return setShown(undefined)
    const feed = openFeed(project, tail, { service, services })
    const show = () => setShown({ feed, source })
    // What is shown stays until the older lines are there.
    setShown((before) => (before?.source === source ? before : { feed, source }))
    const unwatch = whenLoaded(feed, show)
    return () => {
      unwatch()
      feed.stop()
    }
  }, [tail, runs, source])
  if (!runs) {
    return (
      <div className="nothing card">
        <h2>{t('logs.notRunning')}</h2>
        <p className="dim">{t('logs.notRunningHint')}</p>
        {!busy && (
          <Button variant="filled" onClick={() => void act('start', summary)}>
            {t('action.start')}
          </Button>
        )}
      </div>
    )
  }
  if (!shown) return <Skeleton height={300} />
  const choice = services.length > 1 && (
    <ServiceChoice all services={services} value={service} change={setChosen} />
  )
  const { feed } = shown
  const older = () => setTail((tail) => Math.min(ALL, tail * MORE))
  return (
    <Log
      feed={feed}
      older={tail < ALL && feed.store.getState().buffer.length >= tail ? older : undefined}
      all={() => setTail(ALL)}
      choice={choice}
      retry={() => setAttempt(attempt + 1)}
    />
  )
}

function Log({
  feed,
  older,
  all,
  choice,
  retry,
}: {
  feed: LogFeed
  /** Requests more of the older lines; undefined where there are none. */
  older: (() => void) | undefined
  /** Requests all of them, for a search. */
  all(): void
  /** Of which service it is, where there are several. */
  choice: ReactNode
  /** Opens the log again, after a failure. */
  retry(): void
}) {
  const { buffer: whole, turn, state, failure, services } = useStore(feed.store)
  const [level, setLevel] = useState<LogLevel>('other')
  const filter = useMemo(() => (level === 'other' ? undefined : new LogFilter(whole, level)), [whole, level])
  filter?.update()
  const buffer = filter?.buffer ?? whole
  const [follow, setFollow] = useState(true)
  const [wrap, setWrap] = useState(false)
  const [times, setTimes] = useState(false)
  const [wanted, setWanted] = useState('')
  const [goal, setGoal] = useState<{ number: number }>()
  const [, setStep] = useState(0)
  const left = useRef(buffer.end)
  const search = useMemo(() => (wanted === '' ? undefined : new LogSearch(buffer, wanted)), [buffer, wanted])
  const field = useRef<HTMLInputElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn brings lines to search.
  useEffect(() => {
    if (!search) return
    let timer = 0
    const work = () => {
      search.work()
      setStep((step) => step + 1)
      if (!search.done) timer = requestAnimationFrame(work)
    }
    timer = requestAnimationFrame(work)
    return () => cancelAnimationFrame(timer)
  }, [search, turn])

  // Lines of another buffer have other numbers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the goal goes with the buffer.
  useEffect(() => setGoal(undefined), [buffer])

  const changeFollow = (next: boolean) => {
    setFollow(next)
    left.current = buffer.end
    if (next) setGoal(undefined)
  }
  const step = (direction: 1 | -1) => {
    const from = goal?.number ?? (direction === 1 ? buffer.first - 1 : buffer.end)
    const found = search?.step(from, direction)
    if (found === undefined) return
    if (follow) changeFollow(false)
    setGoal({ number: found })
  }
  const fresh = follow ? 0 : Math.max(0, buffer.end - left.current)
  if (failure)
    return (
      <div className="logs">
        {choice}
        <FailureBox report={failure.report} retry={retry} />
      </div>
    )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl F looks into the log, wherever in it the focus is.
    <div
      className="logs"
      onKeyDown={(event) => {
        if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        field.current?.focus()
      }}
    >
      <div className="logs-bar">
        <TextInput
          ref={field}
          className="logs-search"
          aria-label={t('logs.search')}
          placeholder={t('logs.search')}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value)
            setGoal(undefined)
            all()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
            if (event.key === 'Escape') setWanted('')
          }}
        />
        {search && (
          <>
            <span className="logs-found" role="status">
              {foundText(search, goal?.number)}
            </span>
            <Button onClick={() => step(-1)} disabled={search.count === 0}>
              {t('logs.previous')}
            </Button>
            <Button onClick={() => step(1)} disabled={search.count === 0}>
              {t('logs.next')}
            </Button>
          </>
        )}
        <span className="grow" />
        {choice ||
          (services.length > 0 && (
            <span className="faint">{t('logs.of', { service: services.join(', ') })}</span>
          ))}
        <select
          className="choice"
          aria-label={t('logs.level')}
          value={level}
          onChange={({ currentTarget }) => {
            setLevel(currentTarget.value as LogLevel)
            setGoal(undefined)
          }}
        >
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {t(`logs.levels.${one}`)}
            </option>
          ))}
        </select>
        <Checkbox label={t('logs.times')} checked={times} onChange={() => setTimes(!times)} />
        <Checkbox label={t('logs.wrap')} checked={wrap} onChange={() => setWrap(!wrap)} />
        <Checkbox label={t('logs.follow')} checked={follow} onChange={() => changeFollow(!follow)} />
      </div>
      <div className="logs-body card">
        {buffer.length === 0 ? (
          <p className="logs-none dim">
            {t(state === 'loading' ? 'logs.loading' : filter ? 'logs.noneOfLevel' : 'logs.none')}
          </p>
        ) : (
          <LogLines
            buffer={buffer}
            turn={turn}
            label={t('logs.lines')}
            wrap={wrap}
            follow={follow}
            onFollow={changeFollow}
            goal={goal}
            wanted={wanted}
            times={times}
            {...(older && { onTop: older })}
          />
        )}
        {fresh > 0 && (
          <Button className="logs-fresh" variant="filled" onClick={() => changeFollow(true)}>
            {t('logs.fresh', { count: fresh, number: number(fresh) })}
          </Button>
        )}
      </div>
      <div className="logs-foot faint">
        <span>{t('logs.count', { count: buffer.length, number: number(buffer.length) })}</span>
        {buffer.first > 0 && (
          <span>{t('logs.letGo', { count: buffer.first, number: number(buffer.first) })}</span>
        )}
        {state === 'ended' && <span>{t('logs.ended')}</span>}
        {older && (
          <Button size="compact-sm" onClick={older}>
            {t('logs.older')}
          </Button>
        )}
      </div>
    </div>
  )
}

const LEVELS = ['other', 'warning', 'error'] as const satisfies LogLevel[]

/** In milliseconds: so long after its last line a log has given what there was, and so long that is waited for at most. */
const [SETTLED, LATEST] = [200, 2_000]

/** Calls once when a feed has given the lines that there are. */
function whenLoaded({ store }: LogFeed, loaded: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => {
    unsubscribe()
    clearTimeout(timer)
    clearTimeout(latest)
  }
  const done = () => {
    stop()
    loaded()
  }
  const latest = setTimeout(done, LATEST)
  const unsubscribe = store.subscribe(({ state }) => {
    clearTimeout(timer)
    if (state !== 'loading') timer = setTimeout(done, SETTLED)
  })
  return stop
}

function foundText(search: LogSearch, at: number | undefined): string {
  const count = number(search.count)
  const index = at === undefined ? -1 : search.indexOf(at)
  if (index >= 0) return t('logs.foundAt', { at: number(index + 1), number: count })
  return t(search.done ? 'logs.found' : 'logs.searching', { count: search.count, number: count })
}
