import type { Definition } from '../../../shared/definition.ts'
import type { Run } from '../../../shared/operation.ts'
import { readEnvFiles } from '../../container/launch/env-files.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { localVariables } from '../../definition/devcontainer/document/local-variables.ts'
import { imageRequirements } from '../../definition/devcontainer/image-metadata.ts'
import { resolvePart } from '../../definition/devcontainer/resolve-run.ts'
import { METADATA_LABEL } from '../../definition/dockerfile/metadata-label.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineResources } from '../../docker/resources.ts'
import type { Host } from '../../host/host.ts'
import type { Planned } from '../../plan/plan.ts'
import type { Project } from '../../store/open-project.ts'
import { requirementsBeyond, unmetRequirements } from './host-requirements.ts'
import { requireSources } from './mount-sources.ts'

/**
 * Checks before a build what is needed after it: files with variables and sources of mounts must exist, and unmet
 * requirements of the definition on the computer are a warning.
 * Errors: `env-file-unusable`, `mount-source-missing`, those of the engine.
 */
export async function checkComputer(
  { env }: Pick<Host, 'env'>,
  project: Project,
  { definition, services }: Pick<Planned, 'definition' | 'services'>,
  engine: Engine,
  run: Run,
): Promise<void> {
  const variables = localVariables(project, definition.file, env)
  for (const {
    service: { run: config },
  } of services) {
    await readEnvFiles(project, resolvePart(config.options.envFiles ?? [], config, variables))
    if (engine.local) await requireSources(project, resolvePart(config.mounts, config, variables))
  }
  const { hostRequirements } = definition
  if (!hostRequirements) return
  const hasGpu = services.some(({ service }) => service.run.options.gpus !== undefined)
  for (const text of unmetRequirements(hostRequirements, await engineResources(engine), hasGpu))
    run.report({ kind: 'warning', text })
}

/**
 * Warns about requirements on the computer in the image's label that exceed those of the definition. The label of a new
 * version is known once its image exists. Errors: those of the engine.
 */
export async function checkImage(
  definition: Definition,
  { parts: { image, run: how } }: Launch,
  engine: Engine,
  run: Run,
): Promise<void> {
  const wanted = imageRequirements(image.Config.Labels?.[METADATA_LABEL], 'the image')
  const more = requirementsBeyond(wanted, definition.hostRequirements ?? {})
  if (Object.keys(more).length === 0) return
  const hasGpu = how.options.gpus !== undefined
  for (const text of unmetRequirements(more, await engineResources(engine), hasGpu, 'The image'))
    run.report({ kind: 'warning', text })
}
