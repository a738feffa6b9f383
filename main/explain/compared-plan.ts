import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Inventory } from '../../shared/version.ts'
import type { Planned } from '../plan/plan.ts'
import { loadInventories, loadInventory, loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/** One of two versions that are compared. */
export interface ComparedPlan {
  plan: Plan
  /** Of what is in the folder now: where that is, and for each service which line of its Dockerfile each line is. */
  folder?: { path: string; lines: (number[] | undefined)[] }
  /** The tools and packages found inside its image; null if it was never probed. */
  contents?: Inventory | null
  /** The same of the images of its further services, by their names. */
  further?: ReadonlyMap<string, Inventory>
}

/** A version of which this computer knows the plan; undefined where it is lost. */
export async function storedPlan(home: Home, id: VersionId): Promise<ComparedPlan | undefined> {
  const plan = await loadPlan(home, id)
  return plan && { plan, ...(await foundInside(home, id, plan)) }
}

/** What was found inside the images of a version. */
async function foundInside(
  home: Home,
  id: VersionId,
  { services }: Plan,
): Promise<Pick<Required<ComparedPlan>, 'contents' | 'further'>> {
  const further = services.slice(1).map(({ name }) => name)
  return {
    contents: await loadInventory(home, id),
    further: await loadInventories(home, id, further),
  }
}

/** The plan of the checkout as it is now, whether or not its version was built. */
export async function currentPlan(
  home: Home,
  project: Project,
  { id, plan, services }: Planned,
): Promise<ComparedPlan> {
  const lines = services.map(({ service, reading }) =>
    service.source.kind === 'build' ? reading.lines : undefined,
  )
  return { plan, folder: { path: project.path, lines }, ...(await foundInside(home, id, plan)) }
}
