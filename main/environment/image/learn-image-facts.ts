import { type ErrorData, isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { LASTING_HOOKS } from '../../definition/devcontainer/content-hooks.ts'
import { decidingMetadata, type ReadProject } from '../../definition/read-project.ts'
import type { Host } from '../../host/host.ts'
import { type FoundFacts, recordFacts } from '../../lock/image-facts.ts'
import { addLayerLabels, type LayerLabels } from '../../lock/layer-labels.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * Runs a build. If a base image turns out to have build instructions (ONBUILD) or hooks (in its metadata label) that the
 * lock does not record, they are written into the lock, unless it is `frozen`, and the work is repeated (`again`) with
 * everything read anew. Only once, because they name no further base. What only the person's layer makes part of the version
 * is recorded in the data folder instead. `read` is the definition as it was read before.
 * Errors: those of the work.
 */
export async function learningFacts<T>(
  { home }: Pick<Host, 'home'>,
  project: Project,
  read: ReadProject,
  { frozen }: { frozen: boolean },
  run: Run,
  work: (again: boolean) => Promise<T>,
): Promise<T> {
  const note = (text: string) => run.report({ kind: 'note', text: `pristine.lock: ${text}` })
  try {
    return await work(false)
  } catch (error) {
    if (frozen || !isProductError(error, 'triggers-unread')) throw error
    const { file, images: found } = error.data as ErrorData<'triggers-unread'>
    const { images, ofLayer } = withoutLayer(read, found)
    await recordFacts(project, file, images)
    await addLayerLabels(home, project.key, ofLayer)
    for (const [reference, { resolved, onbuild, metadata }] of Object.entries(images)) {
      const hooks = LASTING_HOOKS.filter((hook) => metadata?.some((entry) => hook in entry)).join(' and ')
      if (onbuild.length > 0) note(triggersNote(reference, onbuild))
      if (hooks) note(`${reference} brings ${hooks} (its label devcontainer.metadata)`)
      else if (metadata) note(givesNote(reference))
      else if (ofLayer[resolved]) run.report({ kind: 'note', text: `your layer: ${givesNote(reference)}` })
      else if (onbuild.length === 0) note(`${reference} adds nothing`)
    }
    return work(true)
  }
}

/** What the repository's lock needs of what was found, and the labels that only decide a version with a layer. */
function withoutLayer(
  { shared }: ReadProject,
  found: FoundFacts,
): { images: FoundFacts; ofLayer: LayerLabels } {
  const service = shared?.services[0]?.service
  if (!service) return { images: found, ofLayer: {} }
  const images: FoundFacts = {}
  const ofLayer: LayerLabels = {}
  for (const [reference, facts] of Object.entries(found)) {
    const metadata = decidingMetadata(service, JSON.stringify(facts.metadata), reference)
    images[reference] = { ...facts, metadata }
    if (facts.metadata && !metadata) ofLayer[facts.resolved] = facts.metadata
  }
  return { images, ofLayer }
}

const givesNote = (reference: string): string =>
  `${reference} gives hooks what differs by computer (its label devcontainer.metadata)`

/** Describes an image's triggers to a person. */
const triggersNote = (reference: string, onbuild: readonly string[]): string =>
  `${reference} adds ${onbuild.length} instruction${onbuild.length === 1 ? '' : 's'} to the build (ONBUILD)`
