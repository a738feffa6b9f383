import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Contents } from '../../shared/version.ts'
import type { Planned } from '../plan/plan.ts'
import { loadContents, loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/** One of two versions that are compared. */
export interface Side {
  plan: Plan
  /** Of what is in the folder now: where that is, and for each service which line of its Dockerfile each line is. */
  folder?: { path: string; lines: (number[] | undefined)[] }
  /** What was found inside its image; null while nobody looked. */
  contents?: Contents | null
}

/** A version of which this computer knows the plan; undefined where it is lost. */
export async function storedSide(home: Home, id: VersionId): Promise<Side | undefined> {
  const plan = await loadPlan(home, id)
  return plan && { plan, contents: await loadContents(home, id) }
}

/** What the folder says now, whether or not its version was built. */
export async function plannedSide(
  home: Home,
  project: Project,
  { id, plan, services }: Planned,
): Promise<Side> {
  const lines = services.map(({ service, reading }) =>
    service.source.kind === 'build' ? reading.lines : undefined,
  )
  return { plan, folder: { path: project.path, lines }, contents: await loadContents(home, id) }
}
