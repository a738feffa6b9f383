import { Modal } from '@mantine/core'
import { t } from '../messages/messages.ts'
import { closeDialog } from '../store/dialogs.ts'
import { COMMAND_KEYS } from './keys.ts'

const KEYS = [
  [COMMAND_KEYS, 'commands'],
  ['/', 'search'],
  ['?', 'help'],
  ['Tab', 'next'],
  ['Esc', 'close'],
] as const

/** What the keyboard does, beside what it does everywhere. */
export default function Shortcuts() {
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={t('shortcuts.title')}
      size={420}
      withCloseButton
      className="dialog"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <dl className="keys">
        {KEYS.map(([keys, name]) => (
          <div key={name}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`shortcuts.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
