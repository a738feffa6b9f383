import { isProductError } from '../../../shared/errors.ts'
import type { SizeDiff } from '../../../shared/version.ts'
import { imageSteps } from '../../docker/image-layers.ts'
import { inspectImage } from '../../docker/images.ts'
import { compareLayers } from '../../explain/compare-layers.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import { imageName } from '../../history/image-names.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * How large the images of two versions are, and which layers make the difference. If there are several services, compares
 * the images of the one that a person works in. Null if one of the images is not on the engine, or if the engine does not
 * answer.
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

/** At most this many layers are returned, those with the largest differences. */
const MAX = 50

const sum = (steps: { bytes: number }[]): number => steps.reduce((total, { bytes }) => total + bytes, 0)
