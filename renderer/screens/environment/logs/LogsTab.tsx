import { Button, Checkbox, Skeleton, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { number } from '../../../components/format.ts'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { t } from '../../../messages/messages.ts'
import { act } from '../../../store/perform-action.ts'
import { useServices } from '../use-services.ts'
import { LogLines } from './LogLines.tsx'
import { type LogFeed, openFeed } from './log-feed.ts'
import { LogSearch } from './log-search.ts'

/** How many lines are requested at first, and when a person wants the older ones. */
const [TAIL, ALL] = [100_000, 1_000_000]

/** What the environment prints, with search. */
export function LogsTab({ summary }: { summary: ProjectSummary }) {
  const { key: project, state, version, operation } = summary
  const [tail, setTail] = useState(TAIL)
  const [feed, setFeed] = useState<LogFeed>()
  const [chosen, setChosen] = useState<string>()
  const services = useServices(summary)
  const service = services.find((one) => one === chosen)
  const runs =
    state === 'ready' ||
    state === 'starting' ||
    state === 'unhealthy' ||
    state === 'paused' ||
    state === 'stopped'
  const busy = operation !== null
  // While an environment is replaced, the old one's log ends; the new one's is opened when it is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version or state has another log.
  useEffect(() => {
    if (!runs) return setFeed(undefined)
    const opened = openFeed(project, tail, { service, services })
    setFeed(opened)
    return opened.stop
  }, [project, tail, runs, version?.id, busy, state, service, services.join()])
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
  if (!feed) return <Skeleton height={300} />
  const choice = services.length > 1 && (
    <ServiceChoice all services={services} value={service} change={setChosen} />
  )
  return <Log feed={feed} tail={tail} more={tail < ALL ? () => setTail(ALL) : undefined} choice={choice} />
}

function Log({
  feed,
  tail,
  more,
  choice,
}: {
  feed: LogFeed
  tail: number
  more: (() => void) | undefined
  /** Of which service it is, where there are several. */
  choice: ReactNode
}) {
  const { buffer, turn, state, failure, services } = useStore(feed.store)
  const [follow, setFollow] = useState(true)
  const [wrap, setWrap] = useState(false)
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
  if (failure) return <FailureBox report={failure.report} />
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
        <Checkbox label={t('logs.wrap')} checked={wrap} onChange={() => setWrap(!wrap)} />
        <Checkbox label={t('logs.follow')} checked={follow} onChange={() => changeFollow(!follow)} />
      </div>
      <div className="logs-body card">
        {buffer.length === 0 ? (
          <p className="logs-none dim">{t(state === 'loading' ? 'logs.loading' : 'logs.none')}</p>
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
        {more && buffer.first === 0 && buffer.length >= tail && (
          <Button size="compact-sm" onClick={more}>
            {t('logs.older')}
          </Button>
        )}
      </div>
    </div>
  )
}

function foundText(search: LogSearch, at: number | undefined): string {
  const count = number(search.count)
  const index = at === undefined ? -1 : search.indexOf(at)
  if (index >= 0) return t('logs.foundAt', { at: number(index + 1), number: count })
  return t(search.done ? 'logs.found' : 'logs.searching', { count: search.count, number: count })
}
