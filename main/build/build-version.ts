import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import { pinnedByHand } from '../../shared/image-reference.ts'
import type { Run } from '../../shared/operation.ts'
import { type LaunchContext, prepareLaunch } from '../container/prepare-launch.ts'
import {
  hiding,
  redactFailure,
  redactRun,
  valuesOfArgs,
  valuesOfSecrets,
} from '../container/redact-secrets.ts'
import { placedPaths } from '../data/placed-paths.ts'
import { contentHooks, hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { lastingMetadata } from '../definition/devcontainer/image-metadata.ts'
import { CONTEXT_FOLDER } from '../definition/dockerfile/context-source.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import { appendLabels, pinDockerfile } from '../definition/dockerfile/pin-references.ts'
import { BuildFailure, buildImage } from '../docker/build/build-image.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { buildingName } from '../history/image-names.ts'
import { requireBuiltin } from '../lock/builtin-frontend.ts'
import { ensureDownload, sha256Of } from '../lock/download.ts'
import { lockPath } from '../lock/lock-file.ts'
import { registryFailure } from '../registry/registry-failure.ts'
import { ensurePulled } from '../registry/resolve-digest.ts'
import type { Project } from '../store/open-project.ts'
import { bake } from './bake.ts'
import { basesWithTriggers } from './base-facts.ts'
import { buildFailure } from './build-failure.ts'
import { contextTar } from './context-tar.ts'
import { installFeatures } from './install-features.ts'
import { provideAttachables } from './session-attachables.ts'
import { stepAsWritten } from './step-name.ts'
import type { ServiceBuild, VersionBuild } from './version-build.ts'
import { withoutTriggers } from './without-triggers.ts'

const DOCKERFILE = '.pristine/Dockerfile'

export interface Builder extends LaunchContext {
  engine: Engine
}

/**
 * Builds the images of a version and bakes their hooks. Nothing that exists is changed. The caller names the images and
 * then removes their temporary build names.
 * Returns the engine's image ids by service.
 * Errors: those of `provideAttachables` and of the content writers, `build-failed`, `hook-failed`, `input-changed`,
 * `registry-unreachable`, `download-failed`, `cancelled` …
 */
export async function buildVersion(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  run: Run,
): Promise<Map<string, string>> {
  const images = new Map<string, string>()
  for (const service of version.services)
    images.set(service.plan.name, await buildService(builder, project, version, service, run))
  return images
}

async function buildService(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  service: ServiceBuild,
  run: Run,
): Promise<string> {
  const { engine, home, env } = builder
  const { plan } = service
  await requireFrontend(engine, service, lockPath(version.plan.file))
  const attachables = await provideAttachables(builder, project, service, run)
  const downloads = await Promise.all(
    Object.entries(plan.downloads).map(async ([url, integrity]) => ({
      url,
      integrity,
      content: await ensureDownload(home, url, integrity, env, run),
    })),
  )
  await Promise.all(
    [...imagesOf(service)].map(([resolved, reference]) =>
      ensurePulled(engine, resolved, reference, env, run),
    ),
  )
  const isUnrecorded = version.isRecipe && plan.metadata === undefined
  const bases = await basesWithTriggers(engine, service, lockPath(version.plan.file), isUnrecorded, run)
  const built = await withoutTriggers(engine, project, version.id, bases, run, (names) =>
    send(
      engine,
      service,
      { tag: buildingName(project.key, version.id), attachables, downloads, names },
      version.id,
      run,
    ),
  )
  const plain = await requireImage(engine, built, run)
  if (!isUnrecorded) requireKnownHooks(service, plain)
  const installed = plan.features && (await withFeatures(engine, project, version, service, plain, run))
  const image = installed === undefined ? plain : await requireImage(engine, installed, run)
  const launch = await prepareLaunch(builder, project, version.id, version.plan.file, plan, image, {
    layered: version.plan.layer !== undefined,
  })
  if (!hasContentHooks(launch.hooks)) return image.Id
  const historic = await version.historicInputs()
  const copied = async () => {
    const inputs = await version.changedInputs(historic)
    if (inputs.length > 0) throw productError('input-changed', { inputs, hooks: contentHooks(launch.hooks) })
  }
  return bake(engine, launch, { home, historic, placed: await placedPaths(home, project), env, copied }, run)
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
  const metadata = lastingMetadata(Config.Labels?.[METADATA_LABEL], `the image of ${plan.name}`)
  if (canonical([metadata ?? null]) === canonical([plan.metadata ?? null])) return
  throw productError('definition-unsupported', {
    file,
    key: `LABEL ${METADATA_LABEL}`,
    reason:
      'the hooks that it brings are known only once it is built; write its text without variables of the image',
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
  { plan, file, openFeature, converted }: ServiceBuild,
  image: ImageDetails,
  run: Run,
): Promise<string> {
  const tag = buildingName(project.key, id)
  // In full: the builder would look for a short name in the registry of the engine's choice.
  const base = `docker.io/${tag}`
  // What the project's own Dockerfile leaves to builds upon it is not for this one.
  const triggered = new Map((image.Config.OnBuild ?? []).length > 0 ? [[base, image] as const] : [])
  return withoutTriggers(engine, project, id, triggered, run, (names) =>
    installFeatures(
      engine,
      plan,
      image,
      { base: names[base] ?? base, tag, file, labels: labelsOf(id), open: openFeature, converted },
      run,
    ),
  )
}

/** What a build is sent beside the project's files. */
interface Sent {
  /** The image's name while it is built. */
  tag: string
  attachables: Awaited<ReturnType<typeof provideAttachables>>
  downloads: { url: string; integrity: string; content: string }[]
  /** Images that take the place of base images, by their references. */
  names: Record<string, string>
}

/** Sends what a service is built from, and returns the image's id. */
async function send(
  engine: Engine,
  { plan, reading, args, file, hasLines, open, converted, contentWriter: recipe }: ServiceBuild,
  { tag, attachables, downloads, names }: Sent,
  version: VersionId,
  run: Run,
): Promise<string> {
  const images = { ...plan.images, ...names }
  const pinned = pinDockerfile(
    reading,
    {
      images,
      downloads: Object.fromEntries(downloads.map(({ url, integrity }) => [url, { integrity }])),
    },
    { inFolder: true },
  )
  const text = appendLabels(pinned.text, labelsOf(version))
  const context = contextTar({
    folder: CONTEXT_FOLDER,
    files: plan.files,
    open,
    converted,
    sent: recipe?.add,
    extra: [
      { path: DOCKERFILE, content: text },
      ...downloads.map(({ url, integrity, content }) => ({
        path: pinned.downloadPath(url, integrity),
        file: content,
        sha256: sha256Of(integrity),
        mode: 0o600,
      })),
    ],
  })
  const hidden = hiding([
    ...valuesOfArgs(args, templatesOf(plan.args)),
    ...valuesOfSecrets(attachables?.secrets ?? []),
  ])
  context.once('end', () => recipe?.write())
  const image = await buildImage(
    engine,
    { context, dockerfile: DOCKERFILE, args, tag, attachables },
    redactRun(asWritten(run, images), hidden),
  ).catch((error: unknown) => {
    recipe?.stop()
    if (!(error instanceof BuildFailure)) throw error
    const unavailable = frontendFailure(error, reading.frontend, images)
    if (unavailable) throw unavailable
    const lines = hasLines ? pinned.lines : []
    throw buildFailure(redactFailure(error, hidden), file, pinned.text, lines, images)
  })
  await recipe?.end()
  return image
}

/**
 * That BuildKit could not bring the pinned frontend, which it asks for before the first step, by its digest; undefined for
 * every other failure.
 */
function frontendFailure(
  failure: BuildFailure,
  frontend: ServiceBuild['reading']['frontend'],
  images: Record<string, string>,
): Error | undefined {
  if (!frontend || failure.step !== undefined) return undefined
  const digest = images[frontend.reference]?.split('@')[1]
  const isMeant = digest !== undefined && failure.message.includes(digest)
  return isMeant ? registryFailure(frontend.reference, failure) : undefined
}

/** The arguments that come from this computer's environment, as the definition wrote them. */
function templatesOf(args: ServiceBuild['plan']['args']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) =>
      typeof value === 'string' ? [] : [[name, value.template]],
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

/** Reports the builder's steps as the person wrote them. */
function asWritten(run: Run, images: Record<string, string>): Run {
  return {
    ...run,
    report: (event) =>
      run.report(event.kind === 'step' ? { ...event, name: stepAsWritten(event.name, images) } : event),
  }
}

function labelsOf(id: VersionId): Record<string, string> {
  return { [LABEL.role]: 'version', [LABEL.version]: id }
}
