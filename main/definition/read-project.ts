import type {
  Definition,
  Feature,
  Hook,
  HookName,
  RunConfig,
  Service,
  Warning,
} from '../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import type { ImageMetadata } from '../../shared/lock.ts'
import type { PlanService } from '../../shared/plan.ts'
import { errorCode } from '../files/error-code.ts'
import { readText } from '../files/read-text.ts'
import { realPathInProject } from '../files/real-path-in-project.ts'
import { throughLinksInFiles } from '../git/symlinks-as-files.ts'
import { chosenDefinition } from '../store/chosen-definition.ts'
import { openHome } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import type { ComposeReading } from './compose/read-compose.ts'
import type { Stack, StackService } from './compose/stack/stack.ts'
import { hasContentHooks } from './devcontainer/content-hooks.ts'
import { lastingMetadata, mergeImageMetadata, metadataLabel } from './devcontainer/image-metadata.ts'
import { readDefinition } from './devcontainer/read-definition.ts'
import type { DockerfileReading } from './dockerfile/dockerfile-reading.ts'
import { requireLinesFit } from './dockerfile/line-length.ts'
import { readDockerfile } from './dockerfile/read-dockerfile.ts'
import { dockerfileName } from './dockerfile-name.ts'
import type { FindFeature, NamedContent, RemoteReference } from './features/feature-content.ts'
import { hostBuildArgs } from './host-build-args.ts'
import { requireDeclaredMounts } from './secret-mounts.ts'

/** One service as read, with what the plan omits: the values of its arguments, and the positions of lines. */
export interface ReadService {
  service: Service
  reading: DockerfileReading
  args: Record<string, string>
  /** The build context, absolute. */
  contextFolder: string
  /** Its image's label, as far as that is known. */
  label: string | undefined
  /** What of the label decides the version. */
  metadata: ImageMetadata | undefined
  /** How it is run with that, and the hooks of both. */
  merged: Merged
  /** Only of a service of Compose files: what they say of it on this computer. */
  compose?: ComposedService
}

/** A service of Compose files, with the networks, volumes, secrets and configs that it names. */
export interface ComposedService {
  service: StackService
  stack: Stack
  /** Whether it is the one that a person works in. */
  isFirst: boolean
  /** The variables of this computer's environment that it gets when it runs. */
  variables: readonly string[]
}

export interface Merged {
  run: RunConfig
  hooks: Partial<Record<HookName, Hook[]>>
}

/** What images bring to what is made of them, by their references, where that is known. */
type ImageFacts = (
  reference: string,
) => { onbuild?: readonly string[] | undefined; metadata?: ImageMetadata | undefined } | undefined

/** A project's definition files, parsed. */
export interface ReadProject {
  definition: Definition
  services: ReadService[]
  /** The features that are not in the repository, by reference. */
  features: Readonly<Record<string, NamedContent>>
  /** The same without the person's own layer, which is what the repository defines; undefined where there is no layer. */
  shared?: ReadProject
}

/** What is known without contacting anything, and does not stand in the definition's files. */
export interface Known {
  facts?: ImageFacts
  findFeature?: FindFeature
}

/**
 * Reads a project's definition and its Dockerfiles. Contacts nothing: errors in the files are found before the engine is
 * used. Where there are several definitions and none is chosen, it is the one that was brought up last.
 * Errors: those of `readDefinition` and `readDockerfile`, `secret-undeclared`.
 */
export async function readProject(
  env: Record<string, string | undefined>,
  project: Project,
  choice: string | undefined,
  { facts = () => undefined, findFeature }: Known = {},
): Promise<ReadProject> {
  const features: Record<string, NamedContent> = {}
  const options = {
    env,
    findFeature:
      findFeature &&
      (async (file: string, reference: RemoteReference) => {
        const content = await findFeature(file, reference)
        if (content) features[reference.id] ??= { ...content, written: reference.written }
        return content
      }),
  }
  const { definition, compose } = await readDefinition(project, {
    ...options,
    ...(choice !== undefined && { choice }),
  }).catch(async (error: unknown) => {
    if (!isProductError(error, 'definition-ambiguous')) throw error
    const { files } = error.data as ErrorData<'definition-ambiguous'>
    const before = await chosenDefinition(openHome(env), project.key)
    if (before === undefined || !files.includes(before)) throw error
    return readDefinition(project, { ...options, choice: before })
  })
  const services = await Promise.all(
    definition.services.map(async (service, at) => {
      // What a label says is for whoever works in the container, which is in the first service.
      const known: ImageFacts = at === 0 ? facts : (reference) => withoutMetadata(facts(reference))
      const read = await readService(project, definition, service, known)
      return compose ? withCompose(read, compose, at === 0) : read
    }),
  )
  for (const service of services) requireDeclaredMounts(definition, service)
  return { definition, services, features }
}

const withoutMetadata = (facts: ReturnType<ImageFacts>): ReturnType<ImageFacts> =>
  facts && { onbuild: facts.onbuild }

function withCompose(
  read: ReadService,
  { stack, serviceVariables }: ComposeReading,
  isFirst: boolean,
): ReadService {
  const { service } = read
  const { run: variables = [] } = serviceVariables[service.name] ?? {}
  const composed = stack.services[service.name]
  return {
    ...read,
    ...(composed && { compose: { service: composed, stack, isFirst, variables } }),
    ...(!isFirst && { metadata: undefined, merged: { run: service.run, hooks: {} } }),
  }
}

async function readService(
  project: Project,
  definition: Definition,
  service: Service,
  facts: ImageFacts,
): Promise<ReadService> {
  const { source } = service
  if (source.kind === 'image') {
    const reading = readDockerfile(`FROM ${source.reference}\n`, {
      file: definition.file,
      args: {},
      // The image itself is needed, not a build on top of it.
      triggers: (reference) => facts(reference)?.onbuild && null,
    })
    return {
      service,
      reading,
      args: {},
      contextFolder: project.path,
      ...withMetadata(service, reading, facts),
    }
  }
  const text =
    source.inline ?? (await readText(project, await throughLinksInFiles(project, source.dockerfile)))
  const file = dockerfileName(source)
  const reading = readDockerfile(text, {
    file,
    args: source.args,
    hostBuildArgs: hostBuildArgs(source, service.compose !== undefined),
    triggers: (reference) => facts(reference)?.onbuild,
    ...(source.target !== undefined && { target: source.target, targetFile: definition.file }),
  })
  requireLinesFit(reading, file)
  return {
    service,
    reading,
    args: source.args,
    contextFolder: await contextFolderOf(project, definition.file, source.context),
    ...withMetadata(service, reading, facts),
  }
}

function withMetadata(
  service: Service,
  { metadata: { base, label } }: DockerfileReading,
  facts: ImageFacts,
): Pick<ReadService, 'label' | 'metadata' | 'merged'> {
  if (base === undefined) return withLabel(service, label, `the image of ${service.name}`)
  const known = facts(base)?.metadata
  return withLabel(service, known && JSON.stringify(known), base)
}

/** What a label, as far as it is known, makes of a service. `named`: what the image is called. */
export function withLabel(
  { run, features }: Pick<Service, 'run' | 'features'>,
  label: string | undefined,
  named: string,
): Pick<ReadService, 'label' | 'metadata' | 'merged'> {
  const metadata = decidingMetadata({ run, features }, label, named)
  return { label, metadata, merged: mergeMetadata(run, metadata, features, named) }
}

/**
 * What of an image's label decides a version: see `lastingMetadata`. `service`: how it is run without it. `named`: what the
 * image is called. Errors: definition-invalid.
 */
export function decidingMetadata(
  { run, features }: Pick<Service, 'run' | 'features'>,
  label: string | undefined,
  named: string,
): ImageMetadata | undefined {
  const bakes = hasContentHooks(mergeMetadata(run, undefined, features, named).hooks)
  return lastingMetadata(label, named, { bakes })
}

/**
 * How a service is run with what of its image's label decides the version, and with what its features bring. `named`: what
 * the image is called.
 */
export function mergeMetadata(
  run: RunConfig,
  metadata: ImageMetadata | undefined,
  features: Feature[] | undefined,
  named: string,
): Merged {
  return mergeImageMetadata(run, metadataLabel(JSON.stringify(metadata ?? []), features ?? [], named), named)
}

/** How a planned service is run with what of its image's label decides the version, and with what its features bring. */
export const mergedOf = ({ name, run, metadata, features }: PlanService): Merged =>
  mergeMetadata(run, metadata, features, `the image of ${name}`)

/** Links are followed now: what they lead to when the files are read is what was looked at. */
async function contextFolderOf(project: Project, file: string, context: string): Promise<string> {
  const at = await throughLinksInFiles(project, context)
  const folder = await realPathInProject(project, at).catch((error: unknown) => {
    const problem = `the build context ${context} cannot be read (${errorCode(error) ?? 'unknown'})`
    throw productError('definition-invalid', { file, problem }, { cause: error })
  })
  if (folder !== undefined) return folder
  const problem = `the build context ${context} is a link that leaves the project's folder`
  throw productError('definition-invalid', { file, problem })
}

/** Copying everything is legal, and makes every edit a new version. */
export function wholeContextWarning({ service, reading }: ReadService): Warning[] {
  const source = reading.sources.find(({ patterns }) => patterns.includes('.'))
  if (service.source.kind !== 'build' || !source) return []
  const message =
    `${dockerfileName(service.source)}:${source.line} copies the whole context, so every edit of a source file makes a new ` +
    'version; copying only what the build needs, such as lockfiles, avoids that.'
  return [{ code: 'whole-context', message }]
}
