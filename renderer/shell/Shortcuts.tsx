import { Modal } from '@mantine/core'
import { t } from '../messages/messages.ts'
import { closeDialog } from '../store/app/dialogs.ts'
import { KEYS } from './keys.ts'
import './shortcuts.css'

/** What the keyboard does, beside what it does everywhere, by where it does it. */
const GROUPS = [
  [
    'everywhere',
    [
      [KEYS.commands, 'commands'],
      [KEYS.open, 'open'],
      [KEYS.settings, 'settings'],
      [KEYS.help, 'help'],
      ['Tab', 'next'],
      ['Esc', 'close'],
    ],
  ],
  [
    'list',
    [
      ['/', 'search'],
      ['↑ ↓', 'move'],
      ['Home End', 'ends'],
      ['Enter', 'enter'],
    ],
  ],
  [
    'logs',
    [
      [KEYS.find, 'find'],
      ['Enter', 'findNext'],
      ['Shift Enter', 'findPrevious'],
    ],
  ],
  [
    'terminal',
    [
      ['F6', 'leave'],
      ['Ctrl Shift F', 'findTerminal'],
    ],
  ],
  [
    'files',
    [
      ['↑ ↓', 'moveFile'],
      ['→ ←', 'openFolder'],
      ['A–Z', 'typeName'],
    ],
  ],
] as const

/** The keyboard map. */
export default function Shortcuts() {
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={t('shortcuts.title')}
      size={460}
      withCloseButton
      className="dialog"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {GROUPS.map(([group, keys]) => (
        <section key={group} className="keys">
          <h3>{t(`shortcuts.${group}`)}</h3>
          <dl>
            {keys.map(([key, name]) => (
              <div key={name}>
                <dt>{t(`shortcuts.${name}`)}</dt>
                <dd>
                  <kbd>{key}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
