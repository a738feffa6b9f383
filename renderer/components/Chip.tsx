import type { ReactNode } from 'react'
import './chip.css'

export type Tone = 'good' | 'gold' | 'busy' | 'warn' | 'bad' | 'plain'

/** A word or two about something. `icon` repeats it as a shape, for people who do not distinguish colours. */
export function Chip({
  tone = 'plain',
  icon,
  children,
}: {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <span className={`chip ${tone}`}>
      {icon && <span aria-hidden="true">{icon}</span>}
      {children}
    </span>
  )
}
