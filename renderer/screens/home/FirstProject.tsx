import { Button } from '@mantine/core'
import { useState } from 'react'
import { desktop } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import { Logo } from '../../shell/Logo.tsx'
import type { OpenWanted } from '../../store/dialogs.ts'
import { cloneFields, openSample, openSource } from '../open/open-source.ts'
import { SourceField } from '../open/SourceField.tsx'

/** Home before the first project. */
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
    <div className="card start">
      <span style={{ color: 'var(--brand)' }}>
        <Logo size={34} />
      </span>
      <h1>{t('home.first')}</h1>
      <p className="dim">{t('home.firstLead')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run(() => openSource(wanted))
        }}
      >
        <SourceField wanted={wanted} change={change} failure={failure} />
        <div className="row" style={{ marginTop: 16, flexWrap: 'wrap' }}>
          <Button variant="filled" type="submit" loading={busy} disabled={wanted.source.trim() === ''}>
            {t(cloneFields(wanted) ? 'open.clone' : 'open.do')}
          </Button>
          {desktop && <Button onClick={() => run(chooseFolder)}>{t('open.choose')}</Button>}
          <Button onClick={() => run(openSample)} disabled={busy}>
            {t('home.sample')}
          </Button>
        </div>
      </form>
      <p className="faint">{t(desktop ? 'home.dropDesktop' : 'home.dropBrowser')}</p>
    </div>
  )

  async function chooseFolder(): Promise<void> {
    const folder = await desktop?.chooseFolder()
    if (typeof folder === 'string') await openSource({ source: folder })
  }
}
