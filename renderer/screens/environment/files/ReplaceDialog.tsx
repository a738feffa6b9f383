import { Button } from '@mantine/core'
import { exact } from '../../../../shared/exact.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { t } from '../../../messages/messages.ts'
import type { FileUpload } from './use-upload.ts'

/** Asks before an upload replaces a file. */
export function ReplaceDialog({ path, file, agree, decline }: NonNullable<FileUpload['asking']>) {
  return (
    <Dialog
      opened
      onClose={decline}
      size={460}
      className="dialog"
      title={t('files.replaceTitle', { name: exact(file.name) })}
    >
      <p>{t('files.replaceText', { path: exact(path) })}</p>
      <div className="dialog-buttons">
        <Button data-autofocus onClick={decline}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="filled" color="bad" onClick={agree}>
          {t('files.replace')}
        </Button>
      </div>
    </Dialog>
  )
}
