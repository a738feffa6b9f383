import { productError } from '../../shared/errors.ts'
import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { ImageDetails } from '../docker/images.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import { planProject } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { storedPlan } from './image-names.ts'

/**
 * The plan of a version. A missing plan is recomputed if the checkout, with the person's layer or without it, still
 * defines that version.
 * Errors: `plan-lost`.
 */
export async function findPlan(
  host: Pick<Host, 'env' | 'home' | 'engine'>,
  project: Project,
  id: VersionId,
  image: ImageDetails | undefined,
): Promise<Plan> {
  const kept = await storedPlan(host.home, id, image)
  if (kept) return kept
  // Whatever is wrong with the checkout, the lost plan is the error to report.
  for (const shared of [false, true]) {
    const options = { frozen: true, shared }
    const today = await planProject(host, project, options, silentRun()).catch(() => undefined)
    if (today?.id === id) return today.plan
    if (today && !today.plan.layer) break
  }
  throw productError('plan-lost', { version: shortId(id) })
}
