import { Notification } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { t } from '../messages/messages.ts'
import { dismiss, type Notice, notices } from '../store/notices.ts'

/** In milliseconds: good news goes by itself. */
const SHOWN = 6_000

/** What is told in passing. */
export function Notices() {
  const list = useStore(notices, (store) => store.notices)
  return (
    <section className="notices" aria-label={t('shell.notices')} aria-live="polite">
      {list.map((notice) => (
        <One key={notice.id} notice={notice} />
      ))}
    </section>
  )
}

function One({ notice }: { notice: Notice }) {
  const { id, tone, text, why, hint, link } = notice
  useEffect(() => {
    if (tone !== 'good') return
    const timer = setTimeout(() => dismiss(id), SHOWN)
    return () => clearTimeout(timer)
  }, [id, tone])
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
