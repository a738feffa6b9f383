import { Button, Loader } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { EngineState } from '../../../shared/engine-state.ts'
import { client } from '../../client/client.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { engine } from '../../store/app/engine.ts'
import { Command } from './Command.tsx'
import { EngineCommands } from './EngineCommands.tsx'
import { EngineList, UseEngine } from './EngineList.tsx'
import './engine.css'

/** In milliseconds: how often every place is looked at while the screen is open. */
const POLL_INTERVAL = 4_000

/** Every engine that there is, and what to do when none answers. It goes on by itself as soon as one does. */
export default function EngineScreen() {
  const state = useStore(engine, (store) => store.engine)
  const wasDown = useRef(false)
  useEffect(() => {
    if (state?.kind === 'down') wasDown.current = true
    if (state?.kind === 'ready' && wasDown.current) go({ screen: 'home' })
  }, [state])
  const survey = useAnswer(JSON.stringify(state), (signal) => client.engine.survey(undefined, { signal }))
  const { again, value } = survey
  const lost = useLost()
  useEffect(() => {
    const timer = setInterval(again, POLL_INTERVAL)
    return () => clearInterval(timer)
  }, [again])
  // What the screen can do itself comes first: an engine that answers elsewhere, then a start, then an installation.
  const elsewhere =
    state?.kind === 'down'
      ? value?.places.find(({ chosen, found }) => !chosen && found.kind === 'engine')
      : undefined
  const offered = value && [value.start, value.install.join(' && ')]
  const remedies = value?.remedies.filter(({ command }) => !offered?.includes(command)) ?? []
  if (!state) {
    if (lost) return null
    return (
      <p role="status" className="row">
        <Loader size={16} /> {t('shell.engineLooking')}
      </p>
    )
  }
  return (
    <div>
      <Head state={state} />
      <div className="engine">
        {state.kind === 'down' && !lost && (
          <p role="status" className="row">
            <Loader size={16} aria-hidden="true" /> {t('engine.looking')}
          </p>
        )}
        {!value && survey.failure && <FailureBox report={survey.failure.report} retry={again} />}
        {elsewhere?.found.kind === 'engine' && (
          <section>
            <h2>{t('engine.ready', { name: elsewhere.found.name, version: elsewhere.found.version })}</h2>
            <p className="dim engine-elsewhere">{t('engine.readyAt', { address: elsewhere.address })}</p>
            <UseEngine place={elsewhere} changed={again} variant="filled" />
          </section>
        )}
        {value && value.start !== null && (
          <EngineCommands work="starting" commands={[value.start]} main={elsewhere === undefined} />
        )}
        {value && value.install.length > 0 && (
          <EngineCommands
            work="installing"
            commands={value.install}
            main={elsewhere === undefined && value.start === null}
          />
        )}
        {remedies.length > 0 && (
          <section>
            <h2>{t(value?.start ? 'engine.others' : 'engine.start')}</h2>
            <ol className="commands">
              {remedies.map(({ text, command }) => (
                <li key={command}>
                  <p>{text}</p>
                  <Command text={command} />
                </li>
              ))}
            </ol>
          </section>
        )}
        {value && <EngineList places={value.places} changed={again} />}
      </div>
    </div>
  )
}

function Head({ state }: { state: EngineState }) {
  if (state.kind === 'down') {
    const { message, why } = state.error
    return (
      <>
        <PageHead title={t('engine.title')} />
        <p className="page-lead">
          {t('engine.lead')} {message} {state.error.code === 'engine-missing' ? '' : why}
        </p>
      </>
    )
  }
  const { name, version, address } = state
  return (
    <>
      <PageHead title={t('engine.ready', { name, version })} />
      <p className="page-lead mono">{t('engine.readyAt', { address })}</p>
      <Button variant="filled" onClick={() => go({ screen: 'home' })} mb="xl">
        {t('engine.toHome')}
      </Button>
    </>
  )
}
