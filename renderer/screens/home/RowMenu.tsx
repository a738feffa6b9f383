import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import type { ProjectSummary } from '../../../shared/project.ts'
import { t } from '../../messages/messages.ts'
import { act } from '../../store/actions/perform-action.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import type { Action } from '../../store/projects/environment-state.ts'

/**
 * What else can be done with an environment. The menu itself is rendered when it is first opened: a long list that
 * scrolls renders many rows, and most menus are never opened.
 */
export function RowMenu({ summary, actions }: { summary: ProjectSummary; actions: Action[] }) {
  const [used, setUsed] = useState(false)
  const { key, name } = summary
  const button = (
    <ActionIcon
      variant="subtle"
      aria-label={t('home.more', { name })}
      aria-haspopup="menu"
      onClick={used ? undefined : () => setUsed(true)}
    >
      <IconDots size={18} />
    </ActionIcon>
  )
  if (!used) return button
  return (
    <Menu defaultOpened position="bottom-end" width={190}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item key={action} onClick={() => act(action, summary)}>
            {t(`action.${action}`)}
          </Menu.Item>
        ))}
        {actions.length > 0 && <Menu.Divider />}
        <Menu.Item onClick={() => showDialog({ kind: 'forget', project: key })}>{t('home.forget')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
