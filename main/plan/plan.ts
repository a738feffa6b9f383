import { createHash } from 'node:crypto'
import path from 'node:path'
import { canonical } from '../../shared/canonical.ts'
import type { Definition, Service, Warning } from '../../shared/definition.ts'
import type { VersionId } from '../../shared/ids.ts'
import { pinnedByHand } from '../../shared/image-reference.ts'
import type { Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { InputFile, Plan, PlanArgument, PlanFeature, PlanService } from '../../shared/plan.ts'
import { placedPaths } from '../data/placed-paths.ts'
import { localVariables } from '../definition/devcontainer/document/local-variables.ts'
import type { Variables } from '../definition/devcontainer/document/substitute.ts'
import { literal } from '../definition/dockerfile/context-source.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'
import { Checkout } from '../definition/inputs/checkout.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { inputWarnings } from '../definition/inputs/input-warnings.ts'
import { contextFiles, readIgnore, skippedInContext } from '../definition/inputs/inputs.ts'
import { type InputReason, type ProjectInputs, projectInputs } from '../definition/inputs/project-inputs.ts'
import { type ReadProject, type ReadService, wholeContextWarning } from '../definition/read-project.ts'
import { undeclaredMountWarnings } from '../definition/secret-mounts.ts'
import { stackValues, type ValueOf } from '../definition/stack-values.ts'
import type { Host } from '../host/host.ts'
import { frontendsOf, frontendWarnings } from '../lock/builtin-frontend.ts'
import { lockPath } from '../lock/lock-file.ts'
import {
  completeLock,
  type FoundLock,
  findLock,
  type LockOptions,
  type LockState,
} from '../lock/lock-state.ts'
import { isShared, type ReadingOptions, readLocked } from '../lock/read-locked.ts'
import type { Project } from '../store/open-project.ts'
import { bakedMountWarnings, bakedValues } from './baked-values.ts'
import { differingInputs, type HistoricInput } from './historic-inputs.ts'
import { versionId } from './plan-store.ts'

/** What the repository defines now: definition, lock and inputs, and the version that follows from them. */
export interface Planned {
  definition: Definition
  services: ReadService[]
  /** The features that are not in the repository, by reference. */
  features: ReadProject['features']
  plan: Plan
  id: VersionId
  lock: LockState
  /** What is worth saying about the definition. */
  warnings: Warning[]
  /** Why each input beside the build's is one. */
  reasons: ReadonlyMap<string, InputReason>
  /** Of the contents, those that the files on this computer have with other line ends. */
  converted: ReadonlySet<string>
  /** Inputs outside the build that hooks need in another form than on this computer. */
  differing: HistoricInput[]
}

export interface PlanOptions extends LockOptions, ReadingOptions {}

/** What planning needs of this computer. The engine is asked only for references that the lock lacks. */
export type PlanContext = Pick<Host, 'home' | 'env' | 'engine'>

/**
 * Plans a project: reads its definition, lock and inputs, and computes the version that they make. Writes nothing
 * but caches.
 * Errors: those of the definition, the lock and its resolution.
 */
export async function planProject(
  context: PlanContext,
  project: Project,
  options: PlanOptions,
  run: Run,
): Promise<Planned> {
  const { definition } = options
  const read = await readLocked(context.env, project, { definition, shared: isShared(options) })
  return planReading(context, project, read, options, run)
}

/**
 * The same of a project whose texts are read already. The engine is asked last, when nothing else can fail. A person's layer
 * has no part in the lock, and its version says of which shared one it is.
 */
export async function planReading(
  context: PlanContext,
  project: Project,
  read: ReadProject,
  options: PlanOptions,
  run: Run,
): Promise<Planned> {
  const { shared = read } = read
  const found = await findLock(project, shared, options.frozen)
  const planned = await planOf(context, project, shared, found, options, run)
  return read === shared ? planned : planOf(context, project, read, found, options, run, planned)
}

/** `shared`: where there is a layer, what was planned without it. */
async function planOf(
  context: PlanContext,
  project: Project,
  read: ReadProject,
  found: FoundLock,
  options: PlanOptions,
  run: Run,
  shared?: Planned,
): Promise<Planned> {
  const { definition, services } = read
  const cache = await HashCache.open(path.join(context.home.project(project.key), 'hashes.bin'), run.signal)
  const reading = readFiles(context, project, read, path.join(project.path, found.file), cache)
  const { checkout, files, features, skipped, beside } = await reportWhenSlow(run, reading)
  await cache.save()
  const lock = shared?.lock ?? (await completeLock(found, read, context, options, run))
  const local = localVariables(project, definition.file, context.env)
  const ofCompose = definition.stack && (await stackValues(context.env, project, definition.stack.resources))
  const planServices = services.map((service, at) =>
    planService(service, files[at] ?? [], features[at] ?? [], beside.seed, lock.next, { local, ofCompose }),
  )
  const plan: Plan = {
    ...{ planVersion: 2, file: definition.file, services: planServices, inputs: beside.inputs },
    ...(shared && { layer: { shared: shared.id } }),
    ...(definition.stack && { stack: definition.stack.resources }),
  }
  const warnings = [
    ...definition.warnings,
    ...frontendWarnings(lock.file, lock.next, frontendsOf(services)),
    ...services.flatMap(wholeContextWarning),
    ...services.flatMap((service) => undeclaredMountWarnings(definition, service)),
    ...(await bakedMountWarnings(project, services)),
    ...inputWarnings(checkout, read, files, beside, skipped),
  ]
  const differing = differingInputs(checkout, beside.inputs)
  const { converted } = checkout
  const { reasons } = beside
  return {
    definition,
    services,
    features: read.features,
    plan,
    id: versionId(plan),
    lock,
    warnings,
    reasons,
    converted,
    differing,
  }
}

/** In milliseconds: reading inputs for longer is reported as a step. */
const SLOW = 1_000

async function reportWhenSlow<T>(run: Run, reading: Promise<T>): Promise<T> {
  const step = { kind: 'step', id: 'inputs', name: 'Read inputs', phase: 'inputs' } as const
  let told = false
  const slow = setTimeout(() => {
    told = true
    run.report({ ...step, state: 'running' })
  }, SLOW)
  const end = (state: 'done' | 'failed') => told && run.report({ ...step, state })
  try {
    const read = await reading
    end('done')
    return read
  } catch (error) {
    end('failed')
    throw error
  } finally {
    clearTimeout(slow)
  }
}

/** All files that are part of the version: those that each service's build can read, and those beside them. */
async function readFiles(
  { env, home }: PlanContext,
  project: Project,
  read: ReadProject,
  lockFile: string,
  cache: HashCache,
): Promise<{
  checkout: Checkout
  files: InputFile[][]
  features: PlanFeature[][]
  skipped: string[][]
  beside: ProjectInputs
}> {
  const checkout = await Checkout.open(project, env, cache, await placedPaths(home, project))
  const [contexts, features, beside] = await Promise.all([
    Promise.all(read.services.map((service) => readContext(project, service, lockFile, checkout))),
    Promise.all(
      read.services.map(({ service }) => readFeatureFiles(project, service, read.features, checkout)),
    ),
    projectInputs(checkout, read, lockPath(read.definition.file)),
  ])
  const [files, skipped] = [contexts.map((one) => one.files), contexts.map((one) => one.skipped)]
  return { checkout, files, features, skipped, beside }
}

/** What the build of a service can read of its context, and could of a checkout that is not sparse. */
async function readContext(
  project: Project,
  { service, reading, contextFolder }: ReadService,
  lockFile: string,
  checkout: Checkout,
): Promise<{ files: InputFile[]; skipped: string[] }> {
  if (service.source.kind !== 'build') return { files: [], skipped: [] }
  const ignore = await ignoreRules(project, service.source, contextFolder, reading, lockFile)
  const files = await contextFiles(checkout, contextFolder, reading.sources, ignore)
  return { files, skipped: skippedInContext(checkout, contextFolder, reading.sources, ignore) }
}

/** The files of each feature: all of its folder. */
function readFeatureFiles(
  project: Project,
  { features = [] }: Service,
  stored: ReadProject['features'],
  checkout: Checkout,
): Promise<PlanFeature[]> {
  return Promise.all(
    features.map(async (feature) => {
      const content = Object.hasOwn(stored, feature.id) ? stored[feature.id] : undefined
      if (content) return { ...feature, files: content.files }
      const folder = path.join(project.path, feature.id)
      return { ...feature, files: await contextFiles(checkout, folder, [{ patterns: ['.'] }], undefined) }
    }),
  )
}

function planService(
  { service, reading, metadata, merged }: ReadService,
  files: InputFile[],
  features: PlanFeature[],
  seed: InputFile[],
  lock: Lock,
  { local, ofCompose }: { local: Variables; ofCompose: ValueOf | undefined },
): PlanService {
  const { source, run } = service
  const compose = service.compose && ofCompose && { record: service.compose, valueOf: ofCompose }
  const baked = bakedValues(merged, local, compose)
  const built = source.kind === 'build' ? source : undefined
  const { frontends = {} } = lock
  // A frontend that could not be had has no pin: the text is sent without its line.
  const pinned = reading.images.filter(({ reference }) => !Object.hasOwn(frontends, reference))
  return {
    name: service.name,
    dockerfile: reading.text,
    ...(built?.target !== undefined && { target: built.target }),
    args: built ? planArguments(built.args, built.hostArgs) : {},
    context: built?.context ?? '.',
    files,
    images: Object.fromEntries([
      ...pinned.map(({ reference }) => [reference, lock.images[reference]?.resolved ?? '']),
      ...reading.digests.map(({ reference }) => [reference, pinnedByHand(reference) ?? '']),
    ]),
    downloads: Object.fromEntries(
      reading.downloads.map(({ url }) => [url, lock.downloads[url]?.integrity ?? '']),
    ),
    run,
    ...(baked && { baked }),
    ...(metadata && { metadata }),
    ...(run.seed && { seedInputs: createHash('sha256').update(canonical(seed)).digest('hex') }),
    ...(features.length > 0 && { features }),
    ...(service.compose && { compose: service.compose }),
    ...(Object.keys(reading.onbuild).length > 0 && { onbuild: reading.onbuild }),
  }
}

/**
 * What is excluded from the context: what the person's ignore file lists, the lock (the plan holds its pins), and git's
 * own folder unless the Dockerfile names it, because it differs in every clone.
 */
async function ignoreRules(
  project: Project,
  { context, dockerfile }: { context: string; dockerfile: string },
  contextFolder: string,
  reading: DockerfileReading,
  lockFile: string,
) {
  const own = await readIgnore(project, context, dockerfile)
  const lock = path.relative(contextFolder, lockFile).split(path.sep).join('/')
  const namesGit = reading.sources.some(({ patterns }) =>
    patterns.some((pattern) => /(?:^|\/)\.git(?:\/|$)/.test(pattern)),
  )
  const rules = [
    own?.text ?? '',
    ...(lock.startsWith('..') ? [] : [literal(lock)]),
    ...(namesGit ? [] : ['**/.git']),
  ]
  return { file: own?.file ?? '.dockerignore', text: rules.join('\n') }
}

/** Values that come from this computer's environment may be secret: the plan holds only their hashes. */
function planArguments(
  args: Record<string, string>,
  hostArgs: Record<string, string>,
): Record<string, PlanArgument> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]): [string, PlanArgument] => {
      const template = Object.hasOwn(hostArgs, name) ? hostArgs[name] : undefined
      if (template === undefined) return [name, value]
      return [name, { template, sha256: createHash('sha256').update(value).digest('hex') }]
    }),
  )
}
