import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Plan, PlanService } from '../../shared/plan.ts'
import { appendLabels, pinDockerfile } from '../definition/dockerfile/pin.ts'
import { CONTEXT_FOLDER } from '../definition/dockerfile/source.ts'
import type { ReadService } from '../definition/read-service.ts'
import { BuildFailure, buildImage } from '../docker/build.ts'
import type { Engine } from '../docker/connect.ts'
import { inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { ensureImage } from '../docker/registry.ts'
import { prepareLaunch } from '../environment/launch.ts'
import { ensureDownload } from '../lock/download.ts'
import type { Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'
import { buildingName } from '../version/images.ts'
import { bake, hasContentHooks } from './bake.ts'
import { contextTar } from './context.ts'
import { buildFailure } from './failure.ts'
import type { Planned } from './plan.ts'
import { keepRecipe } from './recipe.ts'
import { redactFailure, redactRun, secretsOf } from './redact.ts'
import { stepAsWritten } from './step-name.ts'

const DOCKERFILE = '.pristine/Dockerfile'

export interface Builder {
  engine: Engine
  home: Home
  env: Record<string, string | undefined>
}

/**
 * Builds the images of a plan and bakes their hooks. Nothing that exists is changed; names are given by the caller, who
 * then takes the name away that they had while they were built.
 * Returns the engine's image ids by service.
 * Errors: `build-failed`, `hook-failed`, `registry-unreachable`, `download-failed`, `cancelled` …
 */
export async function buildVersion(
  builder: Builder,
  project: Project,
  planned: Planned,
  run: Run,
): Promise<Map<string, string>> {
  await keepRecipe(builder.home, project, planned)
  const images = new Map<string, string>()
  for (const [index, service] of planned.services.entries()) {
    const plan = planned.plan.services[index]
    if (plan) images.set(plan.name, await buildService(builder, project, planned, service, plan, run))
  }
  return images
}

async function buildService(
  builder: Builder,
  project: Project,
  planned: Planned,
  read: ReadService,
  plan: PlanService,
  run: Run,
): Promise<string> {
  const { engine, home, env } = builder
  const { reading } = read
  const downloads = await Promise.all(
    Object.entries(plan.downloads).map(async ([url, integrity]) => ({
      url,
      integrity,
      file: await ensureDownload(home, url, integrity, run),
    })),
  )
  const frontend = frontendOf(plan.dockerfile)
  await Promise.all(
    Object.entries(plan.images)
      .filter(([reference]) => reference !== frontend)
      .map(([reference, resolved]) => ensureImage(engine, resolved, reference, env, run)),
  )
  const pinned = pinDockerfile(
    reading,
    {
      images: plan.images,
      downloads: Object.fromEntries(downloads.map(({ url, integrity }) => [url, { integrity }])),
    },
    { inFolder: true },
  )
  const text = appendLabels(pinned.text, labelsOf(planned.id, planned.plan))
  const context = contextTar({
    contextDir: read.contextFolder,
    folder: CONTEXT_FOLDER,
    files: plan.files,
    extra: [
      { path: DOCKERFILE, content: text },
      ...downloads.map(({ url, integrity, file }) => ({
        path: pinned.downloadPath(url, integrity),
        file,
        mode: 0o600,
      })),
    ],
  })
  const { source } = read.service
  const file = source.kind === 'build' ? source.dockerfile : planned.definition.file
  const secrets = secretsOf(read.args, source.kind === 'build' ? source.hostArgs : {})
  const built = await buildImage(
    engine,
    { context, dockerfile: DOCKERFILE, args: read.args, tag: buildingName(project.key, planned.id) },
    redactRun(asWritten(run, plan.images), secrets),
  ).catch((error: unknown) => {
    if (!(error instanceof BuildFailure)) throw error
    throw buildFailure(redactFailure(error, secrets), file, pinned.text, pinned.lines, plan.images)
  })
  const image = await inspectImage(engine, built, run)
  if (!image)
    throw productError('engine-refused', {
      while: 'building the image',
      problem: 'the image it built is gone',
    })
  const launch = await prepareLaunch(project, planned.id, planned.plan.file, plan, image, env)
  return hasContentHooks(launch) ? bake(engine, launch, run) : built
}

/** The image that `# syntax=` names, which BuildKit brings itself. Only the first lines are directives. */
function frontendOf(dockerfile: string): string | undefined {
  for (const line of dockerfile.split('\n')) {
    const directive = /^#\s*(\w+)\s*=\s*(\S+)/.exec(line)
    if (!directive) return undefined
    if (directive[1]?.toLowerCase() === 'syntax') return directive[2]
  }
  return undefined
}

/** Reports the builder's steps as the person wrote them. */
function asWritten(run: Run, images: Record<string, string>): Run {
  return {
    signal: run.signal,
    report: (event) =>
      run.report(event.kind === 'step' ? { ...event, name: stepAsWritten(event.name, images) } : event),
  }
}

function labelsOf(id: VersionId, plan: Plan): Record<string, string> {
  return { [LABEL.role]: 'version', [LABEL.version]: id, [LABEL.plan]: canonical(plan) }
}
