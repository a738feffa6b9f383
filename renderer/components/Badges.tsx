import type { ProjectSummary } from '../../shared/project.ts'
import { hrefOf } from '../route.ts'
import { badgesOf } from '../store/projects/environment-state.ts'
import { Chip } from './Chip.tsx'

/** What is worth knowing beside an environment's state; what can be looked at leads there. */
export function Badges({ summary }: { summary: ProjectSummary }) {
  return badgesOf(summary).map(({ tone, label, tab }) =>
    tab === undefined ? (
      <Chip key={label} tone={tone}>
        {label}
      </Chip>
    ) : (
      <a
        key={label}
        className={`chip ${tone}`}
        href={hrefOf({ screen: 'environment', project: summary.key, tab })}
      >
        {label}
      </a>
    ),
  )
}
