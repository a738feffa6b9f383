import { Modal, type ModalProps } from '@mantine/core'
import { t } from '../messages/messages.ts'
import { useLost } from './use-lost.ts'

/** A dialog over the page. While the connection is lost it can only be closed, and what was typed in it stays. */
export function Dialog({ children, ...props }: ModalProps) {
  const lost = useLost()
  return (
    <Modal {...props}>
      {lost && (
        <p className="dialog-lost" role="status">
          {t('dialog.lost')}
        </p>
      )}
      <fieldset className={lost ? 'dialog-content last-known' : 'dialog-content'} disabled={lost}>
        {children}
      </fieldset>
    </Modal>
  )
}
