import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import { pinnedByHand } from '../../shared/image-reference.ts'
import type { Run } from '../../shared/operation.ts'
import { type LaunchContext, prepareLaunch } from '../container/launch/prepare-launch.ts'
import { pathsWrittenToWorkspace } from '../data/paths-written-to-workspace.ts'
import { contentHooks, hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import { plannedStack } from '../definition/planned-stack.ts'
import { decidingMetadata } from '../definition/read-project.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { buildingName } from '../history/image-names.ts'
import { ensureDownload } from '../lock/download-add-source.ts'
import { requireBuiltin } from '../lock/frontend-fallback.ts'
import { lockPath } from '../lock/lock-file.ts'
import { labelMountWarnings } from '../plan/baked-values.ts'
import { ensurePulled } from '../registry/resolve-digest.ts'
import type { Project } from '../store/open-project.ts'
import { bake } from './bake/bake-hooks.ts'
import { basesWithTriggers } from './base-facts.ts'
import { installFeatures } from './install-features.ts'
import { provideSecretsAndSsh } from './secret-and-ssh-mounts.ts'
import { sendBuild } from './send-build.ts'
import { stripOnbuild } from './strip-onbuild.ts'
import type { ServiceBuild, VersionBuild } from './version-build.ts'

export interface Builder extends LaunchContext {
  engine: Engine
}

/**
 * Builds the image of a service of a version, and bakes its hooks if it is the first, which a person works in. Nothing that
 * exists is changed. Returns the engine's id of the image, which has its temporary name.
 * Errors: those of `provideSecretsAndSsh` and of the content writers, `build-failed`, `hook-failed`, `input-changed`,
 * `registry-unreachable`, `download-failed`, `cancelled` …
 */
export async function buildService(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  service: ServiceBuild,
  run: Run,
): Promise<string> {
  const { engine, home, env } = builder
  const { plan } = service
  await requireFrontend(engine, service, lockPath(version.plan.file))
  const declared = version.plan.services[0]?.run.secrets ?? []
  const attachables = await provideSecretsAndSsh(builder, project, { ...service, declared }, run)
  const downloads = await Promise.all(
    Object.entries(plan.downloads).map(async ([url, integrity]) => ({
      url,
      integrity,
      content: await ensureDownload(home, url, integrity, env, run),
    })),
  )
  await pullBases(builder, [service], run)
  const isUnrecorded = version.isRecipe && plan.metadata === undefined
  const bases = await basesWithTriggers(engine, service, lockPath(version.plan.file), isUnrecorded, run)
  const further = service.isFirst ? undefined : plan.name
  const image = { key: project.key, version: version.id, service: further }
  const tag = buildingName(project.key, version.id, { service: further })
  const built = await stripOnbuild(engine, image, bases, run, (names) =>
    sendBuild(
      engine,
      service,
      { tag, caches: project.key, attachables, downloads, names, recipe: version.contentWriter },
      labelsOf(version.id, service),
      run,
    ),
  )
  if (!service.isFirst) return built
  return finish(builder, project, version, service, built, run)
}

/** Pulls what the builds of services begin with and copy from, each once. Errors: those of pulling. */
export async function pullBases(
  { engine, env }: Pick<Builder, 'engine' | 'env'>,
  services: readonly ServiceBuild[],
  run: Run,
): Promise<void> {
  const images = new Map(services.flatMap((service) => [...imagesOf(service)]))
  await Promise.all(
    [...images].map(([resolved, reference]) => ensurePulled(engine, resolved, reference, env, run)),
  )
}

/** Installs the features of the service that a person works in, and bakes its hooks. */
async function finish(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  service: ServiceBuild,
  built: string,
  run: Run,
): Promise<string> {
  const { engine, home, env } = builder
  const { plan } = service
  const isUnrecorded = version.isRecipe && plan.metadata === undefined
  const plain = await requireImage(engine, built, run)
  if (!isUnrecorded) requireKnownHooks(service, plain)
  const installed = plan.features && (await withFeatures(engine, project, version, service, plain, run))
  const image = installed === undefined ? plain : await requireImage(engine, installed, run)
  const composed = (await plannedStack({ env, home }, project, version)).of(plan.name)
  const launch = await prepareLaunch(builder, project, version.id, version.plan.file, plan, image, {
    layered: version.plan.layer !== undefined,
    composed,
  })
  if (!hasContentHooks(launch.hooks)) return image.Id
  const label = image.Config.Labels?.[METADATA_LABEL]
  for (const { message } of await labelMountWarnings(project, plan, label, `the image of ${plan.name}`))
    run.report({ kind: 'warning', text: message })
  const historic = await version.historicInputs()
  const copied = async () => {
    const inputs = await version.changedInputs(historic)
    if (inputs.length > 0) throw productError('input-changed', { inputs, hooks: contentHooks(launch.hooks) })
  }
  return bake(
    engine,
    launch,
    { home, historic, placed: await pathsWrittenToWorkspace(home, project), env, copied },
    run,
  )
}

/** The lock may come from a computer whose engine knows more. `lock` is its path. */
async function requireFrontend(
  engine: Engine,
  { plan, reading: { frontend }, file }: ServiceBuild,
  lock: string,
): Promise<void> {
  const isBuiltin =
    frontend &&
    pinnedByHand(frontend.reference) === undefined &&
    !Object.hasOwn(plan.images, frontend.reference)
  if (isBuiltin) await requireBuiltin(engine, { ...frontend, file }, { lock })
}

/** The build may compute an image's label in a way that only the builder knows: the hooks in it were not reviewed. */
function requireKnownHooks({ plan, file }: ServiceBuild, { Config }: ImageDetails): void {
  const metadata = decidingMetadata(plan, Config.Labels?.[METADATA_LABEL], `the image of ${plan.name}`)
  if (canonical([metadata ?? null]) === canonical([plan.metadata ?? null])) return
  throw productError('definition-unsupported', {
    file,
    key: `LABEL ${METADATA_LABEL}`,
    reason:
      'the hooks that it brings, or what it gives to them, are known only once it is built; write its text without variables of the image',
  })
}

async function requireImage(engine: Engine, id: string, run: Run): Promise<ImageDetails> {
  const image = await inspectImage(engine, id, run)
  if (image) return image
  const problem = 'the image it built is gone'
  throw productError('engine-refused', { while: 'building the image', problem })
}

/** The id of the image with the service's features; the image without them keeps its name until the next build. */
async function withFeatures(
  engine: Engine,
  project: Project,
  { id }: VersionBuild,
  service: ServiceBuild,
  image: ImageDetails,
  run: Run,
): Promise<string> {
  const { plan, file, openFeature, converted } = service
  const tag = buildingName(project.key, id)
  // In full: the builder would look for a short name in the registry of the engine's choice.
  const base = `docker.io/${tag}`
  // What the project's own Dockerfile leaves to builds upon it is not for this one.
  const triggered = new Map((image.Config.OnBuild ?? []).length > 0 ? [[base, image] as const] : [])
  const labels = labelsOf(id, service)
  return stripOnbuild(engine, { key: project.key, version: id }, triggered, run, (names) =>
    installFeatures(
      engine,
      plan,
      image,
      { base: names[base] ?? base, tag, file, labels, open: openFeature, converted },
      run,
    ),
  )
}

/**
 * The images of a build as they are pulled, each with a reference that the person wrote; several may name one image. BuildKit
 * brings the frontend that `# syntax=` names itself.
 */
function imagesOf({ plan, reading: { frontend } }: ServiceBuild): Map<string, string> {
  const pulled = Object.entries(plan.images).filter(([reference]) => reference !== frontend?.reference)
  return new Map(pulled.map(([reference, resolved]) => [resolved, reference]))
}

/** Nothing of the version is in a further service's image: those of two versions, and of two services, may be the same. */
const labelsOf = (id: VersionId, { isFirst }: ServiceBuild): Record<string, string> => ({
  [LABEL.role]: 'version',
  ...(isFirst && { [LABEL.version]: id }),
})
