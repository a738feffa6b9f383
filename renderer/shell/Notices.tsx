import { Notification } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { t } from '../messages/messages.ts'
import { dismiss, expire, type Notice, notices, popUpsOf } from '../store/app/notices.ts'

/** In milliseconds: how long a failure that goes by itself is shown. */
const SHOWN = 12_000

/** The failures that lie over the page; the tray keeps them. */
export function Notices() {
  const list = useStore(
    notices,
    useShallow((store) => popUpsOf(store.notices)),
  )
  return (
    <section className="notices" aria-label={t('shell.notices')} aria-live="polite">
      {list.map((notice) => (
        <One key={notice.id} notice={notice} />
      ))}
    </section>
  )
}

function One({ notice }: { notice: Notice }) {
  const { id, text, why, hint, link, passes } = notice
  useEffect(() => {
    if (!passes) return
    const timer = setTimeout(() => expire(id), SHOWN)
    return () => clearTimeout(timer)
  }, [id, passes])
  return (
    <Notification
      role="group"
      className="notice"
      icon={<IconAlertTriangle size={16} aria-hidden="true" />}
      title={text}
      withBorder
      closeButtonProps={{ 'aria-label': t('common.close') }}
      onClose={() => dismiss(id)}
    >
      {why && <div className="notice-why">{why}</div>}
      {hint && <div>{hint}</div>}
      {link && (
        <a href={link.href} onClick={() => dismiss(id)}>
          {link.text}
        </a>
      )}
    </Notification>
  )
}
