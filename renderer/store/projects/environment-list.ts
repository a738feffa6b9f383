import type { EngineState } from '../../../shared/engine-state.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { type EnvironmentDisplay, environmentDisplay } from './environment-state.ts'

/** The states that a list can be filtered by, in the order in which they are offered. */
export const STATE_FILTERS = ['failing', 'working', 'running', 'stopped'] as const
export type StateFilter = (typeof STATE_FILTERS)[number]

const FILTER_OF: Record<EnvironmentDisplay['tone'], StateFilter> = {
  bad: 'failing',
  busy: 'working',
  good: 'running',
  ring: 'stopped',
}

export interface Listing {
  /** What is shown: what fails first, then by name. */
  shown: ProjectSummary[]
  /** How many of what the search found are in each state; the filter does not count. */
  counts: Record<StateFilter, number>
  /** How many the search found. */
  found: number
}

/** What the list shows of all projects. `state` undefined: of any state. */
export function listing(
  projects: readonly ProjectSummary[],
  engine: EngineState | undefined,
  { text, state }: { text: string; state: StateFilter | undefined },
): Listing {
  const found = projects
    .filter((project) => matches(project, text))
    .map((project) => ({ project, of: FILTER_OF[environmentDisplay(project, engine).tone] }))
  const count = (one: StateFilter) => found.filter(({ of }) => of === one).length
  return {
    shown: found
      .filter(({ of }) => state === undefined || of === state)
      .toSorted((a, b) => Number(b.of === 'failing') - Number(a.of === 'failing'))
      .map(({ project }) => project),
    counts: {
      failing: count('failing'),
      working: count('working'),
      running: count('running'),
      stopped: count('stopped'),
    },
    found: found.length,
  }
}

/** Every word that was typed is in the name, the folder or the branch. */
function matches({ name, path, branch }: ProjectSummary, text: string): boolean {
  const where = `${name} ${path} ${branch ?? ''}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word))
}

/** The row that is selected after a key; undefined for a key that moves nothing. Nothing is before the first row. */
export function movedTo(key: string, selected: number, count: number): number | undefined {
  if (count === 0) return undefined
  const last = count - 1
  switch (key) {
    case 'ArrowDown':
      return Math.min(selected + 1, last)
    case 'ArrowUp':
      return Math.max(selected - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

/** The letter by which a project is found at a glance: the first of its name that is a letter or a digit. */
export const initialOf = (name: string): string =>
  (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? [...name][0] ?? '').toLocaleUpperCase()
