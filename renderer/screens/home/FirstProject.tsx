import { Button } from '@mantine/core'
import { IconArrowBackUp, IconLock, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { desktop } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import type { OpenWanted } from '../../store/app/dialogs.ts'
import { cloneFields, openSample, openSource } from '../open/open-source.ts'
import { SourceField } from '../open/SourceField.tsx'
import './first-project.css'

/** What the product does, in the order in which a person meets it. */
const PROMISES = [
  { icon: IconLock, name: 'pinned' },
  { icon: IconRefresh, name: 'replaced' },
  { icon: IconArrowBackUp, name: 'back' },
] as const

/** Home before the first project: what the product does, and the ways to begin. */
export function FirstProject() {
  const [wanted, setWanted] = useState<OpenWanted>({ source: '' })
  const [failure, setFailure] = useState<ProductFailure>()
  const [busy, setBusy] = useState(false)
  const change = (wanted: OpenWanted) => {
    setWanted(wanted)
    setFailure(undefined)
  }
  const run = async (open: () => Promise<unknown>) => {
    setBusy(true)
    setFailure(undefined)
    await open().catch((error: unknown) => setFailure(toFailure(error)))
    setBusy(false)
  }
  return (
    <div className="first">
      <section className="first-begin">
        <h1>{t('home.first')}</h1>
        <p className="dim">{t('home.firstLead')}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void run(() => openSource(wanted))
          }}
        >
          <SourceField wanted={wanted} change={change} failure={failure} />
          <div className="first-buttons">
            <Button variant="filled" type="submit" loading={busy} disabled={wanted.source.trim() === ''}>
              {t(cloneFields(wanted) ? 'open.clone' : 'open.do')}
            </Button>
            {desktop && <Button onClick={() => run(chooseFolder)}>{t('open.choose')}</Button>}
          </div>
        </form>
        <p className="faint">{t(desktop ? 'home.dropDesktop' : 'home.dropBrowser')}</p>
        <div className="first-sample">
          <p className="dim">{t('home.sampleLead')}</p>
          <Button onClick={() => run(openSample)} disabled={busy}>
            {t('home.sample')}
          </Button>
        </div>
      </section>
      <ol className="promises" aria-label={t('home.promises')}>
        {PROMISES.map(({ icon: Icon, name }) => (
          <li key={name}>
            <Icon size={20} stroke={1.7} aria-hidden="true" />
            <h2>{t(`home.promise.${name}`)}</h2>
            <p className="dim">{t(`home.promise.${name}Text`)}</p>
          </li>
        ))}
      </ol>
    </div>
  )

  async function chooseFolder(): Promise<void> {
    const folder = await desktop?.chooseFolder()
    if (typeof folder === 'string') await openSource({ source: folder })
  }
}
