import type { ProjectKey } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import {
  hiding,
  redactFailure,
  redactRun,
  valuesOfArgs,
  valuesOfSecrets,
} from '../container/redact-secrets.ts'
import { CONTEXT_FOLDER } from '../definition/dockerfile/context-source.ts'
import { appendLabels, pinDockerfile } from '../definition/dockerfile/pin-references.ts'
import { BuildFailure, buildImage } from '../docker/build/build-image.ts'
import type { SessionAttachables } from '../docker/build/build-session.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { sha256Of } from '../lock/download-add-source.ts'
import { registryFailure } from '../registry/registry-failure.ts'
import { buildFailure } from './build-failure.ts'
import { contextTar } from './context-tar.ts'
import { retryLostImage } from './retry-lost-image.ts'
import { stepAsWritten } from './step-name.ts'
import type { ContentWriter } from './store-recipe.ts'
import type { ServiceBuild } from './version-build.ts'

const DOCKERFILE = '.pristine/Dockerfile'

/** What a build is sent beside the project's files. */
interface Sent {
  /** The image's name while it is built. */
  tag: string
  /** The project whose cache mounts it has. */
  caches: ProjectKey
  attachables: SessionAttachables | undefined
  downloads: { url: string; integrity: string; content: string }[]
  /** Images that take the place of base images, by their references. */
  names: Record<string, string>
  /** Keeps what is sent. */
  recipe: ContentWriter | undefined
}

/**
 * Sends the engine what a service is built from, and returns the image's id. Secret values are redacted from what is reported.
 * Errors: `build-failed`, `registry-unreachable`, `cancelled`, those of `recipe`.
 */
export async function sendBuild(
  engine: Engine,
  { plan, reading, args, file, hasLines, open, converted, isOneOfSeveral }: ServiceBuild,
  { tag, caches, attachables, downloads, names, recipe }: Sent,
  labels: Record<string, string>,
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
  const text = appendLabels(pinned.text, labels)
  const packed = () => {
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
    context.once('end', () => recipe?.write())
    return context
  }
  const hidden = hiding([
    ...valuesOfArgs(args, templatesOf(plan.args)),
    ...valuesOfSecrets(attachables?.secrets ?? []),
  ])
  const shown = redactRun(asWritten(run, images, isOneOfSeveral ? plan.name : undefined), hidden)
  return retryLostImage(shown, (run) =>
    buildImage(engine, { context: packed(), dockerfile: DOCKERFILE, args, tag, caches, attachables }, run),
  ).catch((error: unknown) => {
    recipe?.stop()
    if (!(error instanceof BuildFailure)) throw error
    const unavailable = frontendFailure(error, reading.frontend, images)
    if (unavailable) throw unavailable
    const lines = hasLines ? pinned.lines : []
    const named = { file, ...(isOneOfSeveral && { service: plan.name }) }
    throw buildFailure(redactFailure(error, hidden), named, pinned.text, lines, images)
  })
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

/** Reports the builder's steps as the person wrote them, and of which service they are. */
function asWritten(run: Run, images: Record<string, string>, service: string | undefined): Run {
  const named = service === undefined ? run : ofService(run, service)
  return {
    ...named,
    report: (event) =>
      named.report(event.kind === 'step' ? { ...event, name: stepAsWritten(event.name, images) } : event),
  }
}

/** Two services may be built by the same step of the builder. */
const ofService = (run: Run, service: string): Run => ({
  ...run,
  report: (event) => {
    if (event.kind === 'log') return run.report({ ...event, step: `${service} ${event.step}` })
    if (event.kind !== 'step') return run.report(event)
    const subject = event.subject === undefined ? service : `${service} ${event.subject}`
    run.report({ ...event, id: `${service} ${event.id}`, subject })
  },
})
