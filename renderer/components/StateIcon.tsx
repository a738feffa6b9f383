import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheck,
  IconCircleMinus,
  IconExclamationCircle,
  IconProgress,
} from '@tabler/icons-react'
import './state-icon.css'

export type StateTone = 'good' | 'busy' | 'warn' | 'bad' | 'ring' | 'ended'

const ICONS = {
  good: IconCircleCheck,
  busy: IconProgress,
  warn: IconExclamationCircle,
  bad: IconAlertTriangle,
  ring: IconCircle,
  ended: IconCircleMinus,
} as const

/** The shape of a state, the same on every screen. A word beside it says the same. */
export function StateIcon({ tone, size = 16 }: { tone: StateTone; size?: number }) {
  const Icon = ICONS[tone]
  return <Icon className={`state-icon ${tone}`} size={size} stroke={2} aria-hidden="true" />
}
