import type { InputChange } from '../../shared/change.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { buildVersion } from '../build/build-version.ts'
import { reusableImages } from '../build/reusable-images.ts'
import type { VersionBuild } from '../build/version-build.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { removeTag } from '../docker/images.ts'
import { builtEvent } from '../history/built-event.ts'
import { buildingName, nameImages, pointKnownGood } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { requireTrust } from '../trust/require-trust.ts'
import { permissionsOfVersion } from './computer/project-permissions.ts'
import type { CurrentState } from './current-state.ts'
import { launchOfVersion } from './image/launch-version.ts'
import { removeUnfinished } from './recover-interrupted.ts'
import { clearIntent, writeIntent } from './write-ahead-intent.ts'

/**
 * Builds a version under an intent, so that a crash leaves nothing unfinished, names its image and records it. Only for
 * the project's writer.
 * Errors: those of building; `not-trusted`.
 */
export async function buildAndRecord(
  host: Host,
  project: Project,
  { engine, history }: CurrentState,
  { build, ordinal, because }: { build: VersionBuild; ordinal: number; because: InputChange[] },
  run: Run,
): Promise<Launch> {
  const { id, plan } = build
  // A build also runs the definition's commands; those of a recipe have not been reviewed before.
  const requested = await permissionsOfVersion(host, project, build)
  await requireTrust(host, project, requested, plan.layer && { layer: { merged: requested } })
  const folder = host.home.project(project.key)
  await removeUnfinished(engine, project)
  await writeIntent(folder, { kind: 'build' })
  const [, ...further] = plan.services
  const end = async () => {
    for (const service of [undefined, ...further.map(({ name }) => name)])
      await removeTag(engine, buildingName(project.key, id, { service }))
    await clearIntent(folder)
  }
  try {
    const made = await reusableImages({ home: host.home, engine }, history, id)
    const { image, further } = await buildVersion({ ...host, engine }, project, build, made, run)
    await nameImages(engine, project.key, { id, ordinal }, { image, further })
    await appendLedger(folder, builtEvent({ version: id, ordinal, image, because }, plan, further))
    if (id === history.knownGood) await pointKnownGood(engine, project.key, history)
  } catch (error) {
    // The intent leaves to the next command what the engine did not clean up.
    if (!isProductError(error, 'engine-unreachable') && !isProductError(error, 'engine-refused')) {
      await end().catch(() => {})
    }
    throw withBuilt(error, ordinal)
  }
  await end()
  return launchOfVersion(host, project, { id, ordinal })
}

/** Adds to the refusal of a permission that only a new image showed whose image that is; returns any other failure as it is. */
function withBuilt(error: unknown, ordinal: number): unknown {
  if (!isProductError(error, 'not-trusted')) return error
  return productError(error.code, { ...error.data, built: ordinal } as never, { cause: error.cause ?? error })
}
