import { Button } from '@mantine/core'
import { useState } from 'react'
import { desktop } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { t } from '../../messages/messages.ts'
import '../environment/dialogs.css'
import { closeDialog, type OpenWanted } from '../../store/app/dialogs.ts'
import { openSource } from './open-source.ts'
import { SourceField } from './SourceField.tsx'

/** **Open or clone…**: asks for a folder or a git URL. `wanted` is what the fields hold at first. */
export default function OpenDialog({ wanted: first }: { wanted: OpenWanted }) {
  const [wanted, setWanted] = useState(first)
  const [failure, setFailure] = useState<ProductFailure>()
  const [busy, setBusy] = useState(false)
  const open = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await openSource(wanted)
    } catch (error) {
      setFailure(toFailure(error))
      setBusy(false)
    }
  }
  const change = (wanted: OpenWanted) => {
    setWanted(wanted)
    setFailure(undefined)
  }
  const choose = async () => {
    const folder = await desktop?.chooseFolder()
    if (typeof folder === 'string') change({ source: folder })
  }
  return (
    <Dialog opened onClose={closeDialog} className="dialog" title={t('open.title')} size={560}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <SourceField wanted={wanted} change={change} failure={failure} />
        <p className="dim" style={{ marginTop: 14 }}>
          {t('open.only')}
        </p>
        <div className="dialog-buttons">
          {desktop && (
            <Button style={{ marginRight: 'auto' }} onClick={() => void choose()}>
              {t('open.choose')}
            </Button>
          )}
          <Button onClick={closeDialog}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={busy} disabled={wanted.source.trim() === ''}>
            {t('open.continue')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
