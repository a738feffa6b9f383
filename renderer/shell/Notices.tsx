import { Notification } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { t } from '../messages/messages.ts'
import { dismiss, expire, type Notice, notices, popUpsOf } from '../store/app/notices.ts'

/** In milliseconds: how long what goes by itself is shown, good news and bad. */
const [SHOWN, SHOWN_BAD] = [6_000, 12_000]

/** What lies over the page for a while; the tray keeps it. */
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
  const { id, tone, text, why, hint, link, passes = tone === 'good' } = notice
  useEffect(() => {
    if (!passes) return
    const timer = setTimeout(() => expire(id), tone === 'good' ? SHOWN : SHOWN_BAD)
    return () => clearTimeout(timer)
  }, [id, tone, passes])
  const Icon = tone === 'good' ? IconCheck : IconAlertTriangle
  return (
    <Notification
      role="group"
      className={`notice ${tone}`}
      icon={<Icon size={16} aria-hidden="true" />}
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
