import type { EnvironmentDisplay } from '../store/environment-state.ts'
import { Chip } from './Chip.tsx'

const APPEARANCE = {
  good: ['good', '●'],
  busy: ['busy', '◐'],
  bad: ['bad', '▲'],
  ring: ['plain', '○'],
} as const

/** The state of an environment: a shape, a colour and a word. */
export function StateChip({ display }: { display: EnvironmentDisplay }) {
  const [tone, icon] = APPEARANCE[display.tone]
  return (
    <Chip tone={tone} icon={icon}>
      {display.label}
    </Chip>
  )
}
