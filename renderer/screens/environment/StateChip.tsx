import { Chip } from '../../components/Chip.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import type { EnvironmentDisplay } from '../../store/projects/environment-state.ts'

/** The state of an environment: a shape, a colour and a word. */
export function StateChip({ display: { tone, label } }: { display: EnvironmentDisplay }) {
  return (
    <Chip tone={tone === 'ring' ? 'plain' : tone} icon={<StateIcon tone={tone} size={14} />}>
      {label}
    </Chip>
  )
}
