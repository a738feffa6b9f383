import { Button, Loader } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { ErrorReport } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import { Command } from '../../components/Command.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { engine } from '../../store/engine.ts'
import { remediesFor } from './remedies.ts'
import './engine.css'

/** What to do when no engine answers. It goes on by itself as soon as one does. */
export default function EngineScreen() {
  const state = useStore(engine, (store) => store.engine)
  const wasDown = useRef(false)
  useEffect(() => {
    if (state?.kind === 'down') wasDown.current = true
    if (state?.kind === 'ready' && wasDown.current) go({ screen: 'home' })
  }, [state])
  if (!state) {
    return (
      <p role="status" className="row">
        <Loader size={16} /> {t('shell.engineLooking')}
      </p>
    )
  }
  if (state.kind === 'ready') {
    const { name, version, address } = state
    return (
      <div>
        <PageHead title={t('engine.ready', { name, version })} />
        <p className="page-lead mono">{t('engine.readyAt', { address })}</p>
        <Button variant="filled" onClick={() => go({ screen: 'home' })}>
          {t('engine.toHome')}
        </Button>
      </div>
    )
  }
  return <Down error={state.error} />
}

function Down({ error }: { error: ErrorReport }) {
  const about = useAnswer('about', () => client.app.about())
  const remedies = remediesFor(about.value?.platform ?? 'linux', error.code)
  return (
    <div>
      <PageHead title={t('engine.title')} />
      <p className="page-lead">{t('engine.lead')}</p>
      <div className="engine">
        <p role="status" className="row">
          <Loader size={16} aria-hidden="true" /> {t('engine.looking')}
        </p>
        <section>
          <h2>{t(error.code === 'engine-missing' ? 'engine.tried' : 'engine.found')}</h2>
          <ul className="card tried">
            {placesOf(error).map((place) => (
              <li key={place}>
                <code>{place}</code>
                <span className="dim">
                  {t(error.code === 'engine-forbidden' ? 'engine.refusedThere' : 'engine.nothing')}
                </span>
              </li>
            ))}
            <li>
              <span>
                {error.message} {error.code === 'engine-missing' ? '' : error.why}
              </span>
            </li>
          </ul>
        </section>
        <section>
          <h2>{t('engine.start')}</h2>
          <ol className="commands">
            {remedies.map(({ name, command }) => (
              <li key={command}>
                <p>{t(`engine.commands.${name}`)}</p>
                <Command text={command} />
              </li>
            ))}
          </ol>
        </section>
        <section>
          <h2>{t('engine.other')}</h2>
          <p className="dim" style={{ marginBottom: 10 }}>
            {t('engine.otherText')}
          </p>
          <Button onClick={() => go({ screen: 'settings' })}>{t('engine.settings')}</Button>
        </section>
      </div>
    </div>
  )
}

/** Where an engine was looked for. */
function placesOf({ data }: ErrorReport): string[] {
  const { tried, address } = data
  if (Array.isArray(tried)) return tried.filter((place) => typeof place === 'string')
  return typeof address === 'string' ? [address] : []
}
