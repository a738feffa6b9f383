import { productError } from '../../shared/errors.ts'
import { shortId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Verified } from '../../shared/version.ts'
import { planReading } from '../build/plan.ts'
import { readProject } from '../definition/read-project.ts'
import { readCurrent } from '../environment/current.ts'
import { reachOfProject } from '../environment/reach-of-project.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { isTrusted } from '../trust/gate.ts'
import { comparePlans } from './compare.ts'
import { findImage } from './images.ts'
import { readPlanLabel } from './plan-label.ts'
import { loadPlan, parsePlan } from './recipes.ts'

/**
 * Computes the version's id anew from the checkout and checks that the lock is complete, that the image's own plan
 * makes that id, and that what runs was started from it. Absent images and environments are said, not failures.
 * Errors: `lock-outdated`, `version-mismatch`.
 */
export async function verify(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<Verified> {
  const read = await readProject(host.env, project, definition)
  const planned = await planReading(host, project, read, { frozen: true }, run)
  const { engine, facts, history } = await readCurrent(host, project)
  const record = history.versions.find((version) => version.id === planned.id)
  const image = await findImage(engine, project.key, { id: planned.id, image: record?.image })
  if (image && !parsePlan(readPlanLabel(image.Config.Labels), planned.id)) {
    throw productError('version-mismatch', {
      problem: `The image tagged ${shortId(planned.id)} was not built from this plan.`,
    })
  }
  const running = facts.version
  if (running && running !== planned.id) {
    const old = await loadPlan(host.home, running)
    const inputs = old ? comparePlans(old, planned.plan).map((change) => change.input) : []
    const because = inputs.length > 0 ? `: ${inputs.join(', ')} differ` : ''
    throw productError('version-mismatch', {
      problem: `The environment runs ${shortId(running)}, the checkout makes ${shortId(planned.id)}${because}.`,
    })
  }
  return {
    id: planned.id,
    ordinal: record?.ordinal ?? null,
    image: image !== undefined,
    environment: running !== undefined,
    trusted: await isTrusted(host, project, await reachOfProject(host, project, read)),
  }
}
