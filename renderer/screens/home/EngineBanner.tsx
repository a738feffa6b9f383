import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { go } from '../../route.ts'
import { engine } from '../../store/app/engine.ts'

/** Reports that no engine answers, and links to the remedies. */
export function EngineBanner() {
  const state = useStore(engine, (store) => store.engine)
  if (useLost() || state?.kind !== 'down') return null
  return (
    <section className="card banner" aria-label={t('shell.engineDown')}>
      <i className="dot bad" />
      <div className="grow">
        <strong>{t('shell.engineDown')}</strong>
        <div className="dim">{state.error.message}</div>
      </div>
      <Button variant="filled" onClick={() => go({ screen: 'engine' })}>
        {t('engine.start')}
      </Button>
      <Button onClick={() => go({ screen: 'engine' })}>{t('engine.troubleshoot')}</Button>
    </section>
  )
}
