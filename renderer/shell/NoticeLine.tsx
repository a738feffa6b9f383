import { useEffect } from 'react'
import { useStore } from 'zustand'
import { StateIcon } from '../components/StateIcon.tsx'
import { t } from '../messages/messages.ts'
import { dismiss, expire, lineOf, notices } from '../store/app/notices.ts'

/** In milliseconds: how long it is shown. */
const SHOWN = 6_000

/** What went well just now, in one line; the tray keeps it. */
export function NoticeLine() {
  const notice = useStore(notices, (store) => lineOf(store.notices))
  const id = notice?.id
  useEffect(() => {
    if (id === undefined) return
    const timer = setTimeout(() => expire(id), SHOWN)
    return () => clearTimeout(timer)
  }, [id])
  const whole = [notice?.text, notice?.why, notice?.hint].filter(Boolean).join(' ')
  return (
    <section className="notice-line" aria-label={t('shell.last')} aria-live="polite">
      {notice && (
        <>
          <StateIcon tone={notice.tone} size={14} />
          <span className="cut" title={whole}>
            <span>{notice.text}</span> {notice.why}
          </span>
          {notice.link && (
            <a href={notice.link.href} onClick={() => dismiss(notice.id)}>
              {notice.link.text}
            </a>
          )}
        </>
      )}
    </section>
  )
}
