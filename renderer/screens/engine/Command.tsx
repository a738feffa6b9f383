import { CopyButton } from '../../components/CopyButton.tsx'
import { t } from '../../messages/messages.ts'

/** A command for the person's own terminal. */
export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too. */}
      <code tabIndex={0}>{text}</code>
      <CopyButton text={text} label={t('common.copyOf', { name: text })} size="compact-sm" />
    </div>
  )
}
