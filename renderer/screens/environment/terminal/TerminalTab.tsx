import { ActionIcon, Button, Skeleton } from '@mantine/core'
import { IconPlus, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { ProjectSummary } from '../../../../shared/project.ts'
import type { TerminalId } from '../../../../shared/terminal.ts'
import { client } from '../../../client/client.ts'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { ServiceChoice } from '../../../components/ServiceChoice.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { act } from '../../../store/actions/perform-action.ts'
import { FIRST_SIZE, takeRequested } from '../../../store/actions/typed-terminal.ts'
import { notifyFailure } from '../../../store/app/notices.ts'
import { useServices } from '../use-services.ts'
import { type TerminalHandle, TerminalScreen } from './TerminalScreen.tsx'
import { TerminalSearch } from './TerminalSearch.tsx'
import type { TerminalEnd } from './terminal-link.ts'
import './terminal.css'

interface Tab {
  terminal: TerminalId
  /** Its number among those of this environment, for its name. */
  number: number
  /** In which it was opened, if one was chosen. */
  service: string | null
  end?: TerminalEnd
}

/** The environment's terminals. They live in the engine's process: leaving or reloading the page closes none. */
export default function TerminalTab({ summary }: { summary: ProjectSummary }) {
  const { key: project, state } = summary
  const [tabs, setTabs] = useState<Tab[]>([])
  const [shown, setShown] = useState<TerminalId>()
  const [opening, setOpening] = useState(false)
  const services = useServices(summary)
  const [wanted, setWanted] = useState<string>()
  // Without a choice it is the one in which the person works.
  const chosen = services.find((one) => one === wanted)
  const choice = services.length > 1 && (
    <ServiceChoice services={services} value={chosen ?? services[0]} change={setWanted} />
  )
  const handle = useRef<TerminalHandle>(null)
  const [searching, search] = useState(false)
  const strip = useRef<HTMLDivElement>(null)
  const list = useAnswer(project, (signal) => client.terminals.list({ project }, { signal }))
  const { value: found } = list
  useEffect(() => {
    if (!found) return
    setTabs((tabs) =>
      found.reduce(
        (all, { terminal, service }) =>
          all.some((tab) => tab.terminal === terminal) ? all : withTab(all, terminal, service),
        tabs,
      ),
    )
    const asked = takeRequested(project)
    setShown((shown) => asked ?? shown ?? found[0]?.terminal)
  }, [found, project])
  const open = async (service = chosen, instead?: TerminalId) => {
    setOpening(true)
    try {
      const { terminal } = await client.terminals.open({
        project,
        size: FIRST_SIZE,
        ...(service !== undefined && { service }),
      })
      setTabs((tabs) =>
        withTab(
          tabs.filter((tab) => tab.terminal !== instead),
          terminal,
          service ?? null,
        ),
      )
      setShown(terminal)
    } catch (error) {
      notifyFailure(error)
    } finally {
      setOpening(false)
    }
  }
  const close = (terminal: TerminalId) => {
    const rest = tabs.filter((tab) => tab.terminal !== terminal)
    setTabs(rest)
    if (shown === terminal) setShown(rest.at(-1)?.terminal)
    // One that ended is forgotten by itself.
    if (!tabs.find((tab) => tab.terminal === terminal)?.end) {
      client.terminals.close({ terminal }).catch(notifyFailure)
    }
  }
  const ended = (terminal: TerminalId) => (end: TerminalEnd) =>
    setTabs((tabs) => tabs.map((tab) => (tab.terminal === terminal ? { ...tab, end } : tab)))
  const runs = state === 'ready' || state === 'unhealthy' || state === 'starting'

  if (list.failure && tabs.length === 0) return <FailureBox report={list.failure.report} retry={list.again} />
  if (!found) return <Skeleton height={300} />
  if (tabs.length === 0) {
    return (
      <div className="nothing card">
        <h2>{t(runs ? 'terminal.none' : 'terminal.notRunning')}</h2>
        <p className="dim">{t(runs ? 'terminal.noneHint' : 'terminal.notRunningHint')}</p>
        {runs ? (
          <div className="row">
            {choice}
            <Button variant="filled" loading={opening} onClick={() => void open()}>
              {t('terminal.open')}
            </Button>
          </div>
        ) : (
          summary.operation === null && (
            <Button variant="filled" onClick={() => void act('start', summary)}>
              {t('action.start')}
            </Button>
          )
        )}
      </div>
    )
  }
  const current = tabs.find((tab) => tab.terminal === shown) ?? tabs[0]
  return (
    <section className="terminal card" aria-label={t('environment.tab.terminal')}>
      <div className="terminal-tabs" ref={strip}>
        {tabs.map(({ terminal, number, service, end }) => (
          <span key={terminal} className={`terminal-tab${terminal === current?.terminal ? ' on' : ''}`}>
            <button
              type="button"
              aria-pressed={terminal === current?.terminal}
              onClick={() => setShown(terminal)}
            >
              {[t(end ? 'terminal.nameEnded' : 'terminal.name', { number }), service]
                .filter(Boolean)
                .join(' · ')}
            </button>
            <button
              type="button"
              aria-label={t('terminal.close', { number })}
              onClick={() => close(terminal)}
            >
              <IconX size={14} aria-hidden="true" />
            </button>
          </span>
        ))}
        {choice}
        <ActionIcon
          variant="subtle"
          size={28}
          aria-label={t('terminal.another')}
          loading={opening}
          disabled={!runs}
          onClick={() => void open()}
        >
          <IconPlus size={16} aria-hidden="true" />
        </ActionIcon>
        <span className="grow" />
        {searching ? (
          <TerminalSearch handle={handle} close={() => search(false)} />
        ) : (
          <ActionIcon
            variant="subtle"
            size={28}
            aria-label={t('terminal.search')}
            onClick={() => search(true)}
          >
            <IconSearch size={16} aria-hidden="true" />
          </ActionIcon>
        )}
        <span className="faint terminal-hint">{t('terminal.leave')}</span>
      </div>
      {tabs.map(({ terminal }) => (
        <TerminalScreen
          key={terminal}
          terminal={terminal}
          hidden={terminal !== current?.terminal}
          ref={terminal === current?.terminal ? handle : undefined}
          onSearch={() => search(true)}
          onEnd={ended(terminal)}
          onLeave={() => strip.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus()}
        />
      ))}
      {current?.end && (
        <div className="terminal-end" role="status">
          <span className="grow">{endText(current.end)}</span>
          <Button
            disabled={!runs}
            loading={opening}
            onClick={() => void open(current.service ?? undefined, current.terminal)}
          >
            {t('terminal.reopen')}
          </Button>
        </div>
      )}
    </section>
  )
}

function withTab(tabs: Tab[], terminal: TerminalId, service: string | null): Tab[] {
  const number = Math.max(0, ...tabs.map((tab) => tab.number)) + 1
  return [...tabs, { terminal, number, service }]
}

function endText(end: TerminalEnd): string {
  if ('failure' in end) return `${end.failure.report.message} ${end.failure.report.why}`
  return end.code === null ? t('terminal.ended') : t('terminal.endedWith', { code: end.code })
}
