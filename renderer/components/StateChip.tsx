import type { Standing } from '../store/environment-state.ts'
import { Chip } from './Chip.tsx'

const LOOK = {
  good: ['good', '●'],
  busy: ['busy', '◐'],
  bad: ['bad', '▲'],
  ring: ['plain', '○'],
} as const

/** The state of an environment: a shape, a colour and a word. */
export function StateChip({ standing }: { standing: Standing }) {
  const [tone, icon] = LOOK[standing.tone]
  return (
    <Chip tone={tone} icon={icon}>
      {standing.label}
    </Chip>
  )
}
