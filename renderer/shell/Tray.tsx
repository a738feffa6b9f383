import { Button, Popover } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { ago, dateOf } from '../components/format.ts'
import { StateIcon } from '../components/StateIcon.tsx'
import { t } from '../messages/messages.ts'
import { clearNotices, type Notice, notices, readAll, unreadOf } from '../store/app/notices.ts'
import './tray.css'

/** What was told lately, with the number of what is new. */
export function Tray() {
  const list = useStore(notices, (store) => store.notices)
  const [opened, setOpened] = useState(false)
  const unread = unreadOf(list)
  const turn = (open: boolean) => {
    setOpened(open)
    if (open) readAll()
  }
  return (
    <Popover opened={opened} onChange={turn} position="top-end" width={400} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="status-part"
          aria-label={unread > 0 ? t('tray.unread', { count: unread }) : t('tray.title')}
          onClick={() => turn(!opened)}
        >
          <IconBell size={15} aria-hidden="true" />
          {unread > 0 && <span className="tray-count">{unread}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="tray" aria-label={t('tray.title')}>
        <header className="row">
          <h2 className="grow">{t('tray.title')}</h2>
          {list.length > 0 && (
            <Button size="compact-sm" variant="subtle" onClick={clearNotices}>
              {t('tray.clear')}
            </Button>
          )}
        </header>
        {list.length === 0 && <p className="dim">{t('tray.empty')}</p>}
        <ul>
          {list.toReversed().map((notice) => (
            <One key={notice.id} notice={notice} close={() => setOpened(false)} />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

function One({ notice: { at, tone, text, hint, link }, close }: { notice: Notice; close(): void }) {
  return (
    <li>
      <StateIcon tone={tone} />
      <div>
        <p>{text}</p>
        {hint && <p className="dim">{hint}</p>}
        <p className="faint">
          <time dateTime={new Date(at).toISOString()} title={dateOf(at)}>
            {ago(at, Date.now())}
          </time>{' '}
          {link && (
            <a href={link.href} onClick={close}>
              {link.text}
            </a>
          )}
        </p>
      </div>
    </li>
  )
}
