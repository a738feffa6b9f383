import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { InputFile, PlanFeature, PlanService } from '../../shared/plan.ts'
import { mergeImageMetadata, metadataLabel } from '../definition/devcontainer/image-metadata.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import { appendLabels } from '../definition/dockerfile/pin-references.ts'
import { BuildFailure, buildImage } from '../docker/build/build-image.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { reasonOf } from '../docker/connection/engine-call.ts'
import type { ImageDetails } from '../docker/images.ts'
import type { Opened } from '../files/open-inside.ts'
import { contextTar } from './context-tar.ts'
import { FEATURE_MOUNT, type FeatureUsers, featureScript } from './feature-script.ts'
import { isUser, runAsRoot, userOfImage } from './run-as-root.ts'

export interface FeatureInstallation {
  /** A name of the image that the features are installed on, and the one of the result. */
  base: string
  tag: string
  /** What the definition is called in messages. */
  file: string
  /** Labels of the result, beside those of the base. */
  labels: Record<string, string>
  /** Opens a file of a feature. */
  open(feature: PlanFeature, file: InputFile): Opened
  converted: ReadonlySet<string>
}

const DOCKERFILE = 'Dockerfile'
/** In characters: a line of a Dockerfile may have 64 KB. */
const MAX_LABEL_LENGTH = 48 * 1024

/**
 * Installs the features of a planned service on an image, each in a layer of its own, and returns the new image's id. The
 * image says as before as whom its programs run.
 * Errors: `feature-failed`, `definition-unsupported`, those of building.
 */
export async function installFeatures(
  engine: Engine,
  plan: PlanService,
  image: ImageDetails,
  { base, tag, file, labels, open, converted }: FeatureInstallation,
  run: Run,
): Promise<string> {
  const features = plan.features ?? []
  const before = image.Config.Labels?.[METADATA_LABEL]
  const refuse = (key: string, reason: string) =>
    productError('definition-unsupported', { file, key, reason })
  const user = userOfImage(image)
  if (!isUser(user)) throw refuse('features', `the image's user, ${JSON.stringify(user)}, is no user's name`)
  const users = usersOf(plan, user, before)
  for (const one of Object.values(users)) {
    if (one.includes('${'))
      throw refuse('features', `a user that this computer names, ${one}, is not known to an image`)
  }
  const metadata = metadataLabel(before, features, base)
  if (metadata.length > MAX_LABEL_LENGTH)
    throw refuse('features', 'what they say about the container is longer than 48 KiB')
  const text = appendLabels(dockerfileOf(base, features, user), { ...labels, [METADATA_LABEL]: metadata })
  const files = features.flatMap((feature, at) =>
    feature.files.map((file) => ({
      feature,
      file,
      sent: [`${at}/files/${file[0]}`, file[1], file[2]] as InputFile,
    })),
  )
  const bySent = new Map(files.map((one) => [one.sent[0], one]))
  const context = contextTar({
    files: files.map(({ sent }) => sent),
    open: ([name]) => {
      const found = bySent.get(name)
      if (!found) throw productError('internal', { problem: `no feature has ${name}` })
      return open(found.feature, found.file)
    },
    converted,
    extra: [
      { path: DOCKERFILE, content: text },
      ...features.map((feature, at) => ({ path: `${at}/install`, content: featureScript(feature, users) })),
    ],
  })
  return buildImage(engine, { context, dockerfile: DOCKERFILE, args: {}, tag }, named(run, features)).catch(
    (error: unknown) => {
      if (!(error instanceof BuildFailure)) throw error
      const at = featureIn(error.step)
      const feature = at === undefined ? undefined : features[at]
      throw productError(
        'feature-failed',
        {
          feature: feature ? titleOf(feature) : features.map(titleOf).join(', '),
          problem: /exit code: \d+/.exec(error.message)?.[0] ?? reasonOf(error),
          output: error.output.filter((line) => line.trim() !== ''),
        },
        { cause: error },
      )
    },
  )
}

/** As whom the container and commands in it will run, as far as definition and image say. */
function usersOf(plan: PlanService, user: string, label: string | undefined): FeatureUsers {
  const { run } = mergeImageMetadata(plan.run, label, 'the base image')
  // A group beside it is nobody's name.
  const nameOf = (user = '') => (user.includes('${') ? user : (user.split(':')[0] ?? ''))
  const container = nameOf(run.containerUser) || nameOf(user) || 'root'
  return { container, remote: nameOf(run.remoteUser) || container }
}

function dockerfileOf(base: string, features: PlanFeature[], user: string): string {
  const instructions = features.flatMap(({ env }, at) => [
    ...Object.entries(env).map(([name, value]) => `ENV ${name}="${value.replace(/["\\]/g, '\\$&')}"`),
    `RUN --mount=type=bind,source=${at},target=${FEATURE_MOUNT} ["/bin/sh", "${FEATURE_MOUNT}/install"]`,
  ])
  return runAsRoot(base, user, instructions)
}

const STEP = new RegExp(`source=(\\d+),target=${FEATURE_MOUNT}`)

/** Which feature a step of the build installs. */
function featureIn(step: string | undefined): number | undefined {
  const [, at] = STEP.exec(step ?? '') ?? []
  return at === undefined ? undefined : Number(at)
}

/** Reports the builder's steps by the features that they install. */
function named(run: Run, features: PlanFeature[]): Run {
  return {
    ...run,
    report: (event) => {
      if (event.kind !== 'step') return run.report(event)
      const at = featureIn(event.name)
      const feature = at === undefined ? undefined : features[at]
      // Their own count: on the way the user is changed, too, in steps that nobody sees.
      if (feature && at !== undefined) {
        const place = { at: at + 1, of: features.length }
        run.report({ ...event, name: `Install feature ${titleOf(feature)}`, ...(event.place && { place }) })
      }
      // The other steps begin with the image, by a name that is gone when it is done, and change the user.
      else if (!/^(?:FROM|USER) /.test(event.name)) run.report(event)
    },
  }
}

/** Its name and its version, without where it comes from. */
function titleOf({ id, version }: PlanFeature): string {
  const [name = ''] = path.posix.basename(id).split(/[:@]/)
  return version === undefined ? name : `${name} ${version}`
}
