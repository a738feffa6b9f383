import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Fragment, useRef, useState } from 'react'
import './more-menu.css'

/** One entry of a menu. `destructive`: it removes something. */
export interface MenuEntry {
  label: string
  run(): unknown
  disabled?: boolean
  destructive?: boolean
}

/**
 * What else can be done with something, behind three dots. A line separates the groups; what is no entry is omitted.
 * `label` names the button. `quiet`: the button has no frame. A menu is expensive, and a long list has many, so it is
 * rendered from the first click on.
 */
export function MoreMenu({
  label,
  groups,
  quiet = false,
}: {
  label: string
  groups: (MenuEntry | false | null | undefined)[][]
  quiet?: boolean
}) {
  const [used, setUsed] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const look = quiet ? { variant: 'subtle' } : {}
  const dots = <IconDots size={18} stroke={1.7} aria-hidden="true" />
  if (!used) {
    return (
      <ActionIcon
        {...look}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={false}
        onClick={() => setUsed(true)}
      >
        {dots}
      </ActionIcon>
    )
  }
  return (
    <Menu position="bottom-end" defaultOpened onClose={() => button.current?.focus()}>
      <Menu.Target>
        <ActionIcon {...look} ref={button} aria-label={label}>
          {dots}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {groups
          .map((group) => group.filter((entry) => !!entry))
          .filter((group) => group.length > 0)
          .map((group, at) => (
            <Fragment key={group[0]?.label}>
              {at > 0 && <Menu.Divider />}
              {group.map(({ label, run, disabled, destructive }) => (
                <Menu.Item
                  key={label}
                  disabled={disabled ?? false}
                  onClick={() => void run()}
                  {...(destructive && { color: 'bad', className: 'menu-bad' })}
                >
                  {label}
                </Menu.Item>
              ))}
            </Fragment>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
