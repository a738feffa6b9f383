import path from 'node:path'
import type { VersionId } from '../../shared/ids.ts'
import type { InputFile, Plan, PlanFeature, PlanService } from '../../shared/plan.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'
import { dockerfileName } from '../definition/dockerfile-name.ts'
import { type Opened, openInside, openOwn } from '../files/open-inside.ts'
import type { Host } from '../host/host.ts'
import type { HistoricInput } from '../plan/historic-inputs.ts'
import type { Planned } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { changedInputs } from './changed-inputs.ts'
import type { ContentWriter } from './store-recipe.ts'

/** What building a version needs, whether it comes from the checkout or from a stored recipe. */
export interface VersionBuild {
  /** Whether it was planned before. An older Pristine did not record what an image's label brings. */
  isRecipe: boolean
  id: VersionId
  plan: Plan
  services: ServiceBuild[]
  /**
   * The inputs that differ in the project's folder from the version's, for the hooks that are baked.
   * Errors: `version-gone` when one is nowhere.
   */
  historicInputs(): Promise<HistoricInput[]>
  /**
   * The inputs, by name, that the project's folder no longer has as the version's plan does. Hooks read them there while
   * they are baked, so that what they made may hold either content. `older` are those that were put in front of them.
   */
  changedInputs(historic: HistoricInput[]): Promise<string[]>
  /** Keeps the contents for the version's recipe while they are sent. */
  contentWriter?: ContentWriter | undefined
}

export interface ServiceBuild {
  plan: PlanService
  /** Whether it is the one that a person works in. */
  isFirst: boolean
  /** Whether Compose files define it: messages then name it. */
  isOneOfSeveral: boolean
  /** The Dockerfile that the plan holds. */
  reading: DockerfileReading
  /** The build arguments, those from this computer's environment with their values. */
  args: Record<string, string>
  /** What the Dockerfile is called in messages. */
  file: string
  /** Whether its lines count as in that file: a recipe holds no comments. */
  hasLines: boolean
  /** Opens the content of a file of the build context. Errors: those of `open(2)`. */
  open(file: InputFile): Opened
  /** The same of a file of a feature. */
  openFeature(feature: PlanFeature, file: InputFile): Opened
  /** Of the contents, those that what is opened may have with other line ends. */
  converted: ReadonlySet<string>
}

/** The build of the version that the checkout defines now. `contentWriter` stores the contents of its contexts. */
export function checkoutBuild(
  host: Pick<Host, 'home' | 'env'>,
  project: Project,
  planned: Planned,
  contentWriter?: ContentWriter,
): VersionBuild {
  const { id, plan, services, definition } = planned
  return {
    isRecipe: false,
    id,
    plan,
    services: plan.services.flatMap((service, index) => {
      const read = services[index]
      if (!read) return []
      const { source } = read.service
      return {
        plan: service,
        isFirst: index === 0,
        isOneOfSeveral: plan.stack !== undefined,
        reading: read.reading,
        args: read.args,
        file: source.kind === 'build' ? dockerfileName(source) : definition.file,
        hasLines: true,
        open: ([name]) => openInside(read.contextFolder, name),
        openFeature: ({ id }, [name, , sha256]) =>
          Object.hasOwn(planned.features, id)
            ? openOwn(path.join(host.home.blobs, sha256))
            : openInside(project.path, path.posix.join(id, name)),
        converted: planned.converted,
      }
    }),
    historicInputs: async () => planned.differing,
    changedInputs: () => changedInputs(host, project, planned),
    contentWriter,
  }
}
