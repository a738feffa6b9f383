import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { desktop } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import '../environment/dialogs.css'
import { closeDialog } from '../../store/dialogs.ts'
import { openSource } from './open-source.ts'
import { SourceField } from './SourceField.tsx'

/** **Open or clone…**: asks for a folder or a git URL. `source` is what the field holds at first. */
export default function OpenDialog({ source: first }: { source: string }) {
  const [source, setSource] = useState(first)
  const [failure, setFailure] = useState<ProductFailure>()
  const [busy, setBusy] = useState(false)
  const open = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await openSource(source)
      closeDialog()
    } catch (error) {
      setFailure(toFailure(error))
      setBusy(false)
    }
  }
  const choose = async () => {
    const folder = await desktop?.chooseFolder()
    if (typeof folder === 'string') setSource(folder)
  }
  return (
    <Modal
      opened
      onClose={closeDialog}
      withCloseButton={false}
      className="dialog"
      title={t('open.title')}
      size={520}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <SourceField source={source} change={setSource} failure={failure} />
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
          <Button type="submit" variant="filled" loading={busy} disabled={source.trim() === ''}>
            {t('open.continue')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
