import { Button } from '@mantine/core'
import { useState } from 'react'
import { client, desktop } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import { Glyph } from '../../shell/Glyph.tsx'
import { openSource } from '../open/open-source.ts'
import { SourceField } from '../open/SourceField.tsx'

/** Home before the first project. */
export function FirstProject() {
  const [source, setSource] = useState('')
  const [failure, setFailure] = useState<ProductFailure>()
  const [busy, setBusy] = useState(false)
  const run = async (open: () => Promise<unknown>) => {
    setBusy(true)
    setFailure(undefined)
    await open().catch((error: unknown) => setFailure(toFailure(error)))
    setBusy(false)
  }
  return (
    <div className="card start">
      <span style={{ color: 'var(--brand)' }}>
        <Glyph size={34} />
      </span>
      <h1>{t('home.first')}</h1>
      <p className="dim">{t('home.firstLead')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run(() => openSource(source))
        }}
      >
        <SourceField source={source} change={setSource} failure={failure} />
        <div className="row" style={{ marginTop: 16, flexWrap: 'wrap' }}>
          <Button variant="filled" type="submit" loading={busy} disabled={source.trim() === ''}>
            {t('open.do')}
          </Button>
          {desktop && <Button onClick={() => run(chooseFolder)}>{t('open.choose')}</Button>}
          <Button onClick={() => run(async () => openSource(client.projects.openSample()))} disabled={busy}>
            {t('home.sample')}
          </Button>
        </div>
      </form>
      <p className="faint">{t(desktop ? 'home.dropDesktop' : 'home.dropBrowser')}</p>
    </div>
  )

  async function chooseFolder(): Promise<void> {
    const folder = await desktop?.chooseFolder()
    if (typeof folder === 'string') await openSource(folder)
  }
}
