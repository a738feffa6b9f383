import { isProductError } from '../../shared/errors.ts'
import type { SizeDiff } from '../../shared/version.ts'
import { imageSteps } from '../docker/image-layers.ts'
import { inspectImage } from '../docker/images.ts'
import { compareLayers } from '../explain/compare-layers.ts'
import { chooseVersion } from '../history/choose-version.ts'
import { imageName } from '../history/image-names.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/**
 * How large the images of two versions are, and which of their layers makes the difference; of several services those of the
 * one that a person works in. Null where one of them is not on the engine, or the engine does not answer.
 * Errors: `version-unknown`, `version-none`.
 */
export async function differingSizes(
  host: Host,
  project: Project,
  from: string,
  to: string,
): Promise<SizeDiff | null> {
  const history = await readHistory(host, project)
  const versions = [from, to].map((name) => chooseVersion(project, history, name))
  try {
    const engine = await host.engine()
    const [before, after] = await Promise.all(
      versions.map(async ({ id }) => {
        const image = imageName(project.key, id)
        return (await inspectImage(engine, image)) && imageSteps(engine, image)
      }),
    )
    if (!before || !after) return null
    return { from: sum(before), to: sum(after), layers: compareLayers(before, after).slice(0, MAX) }
  } catch (error) {
    if (isProductError(error, 'engine-unreachable')) return null
    throw error
  }
}

/** So many layers are named; the others make less of a difference. */
const MAX = 50

const sum = (steps: { bytes: number }[]): number => steps.reduce((total, { bytes }) => total + bytes, 0)
