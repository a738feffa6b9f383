import path from 'node:path'
import type { Definition, Warning } from '../../shared/definition.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Plan } from '../../shared/plan.ts'
import { localVariables } from '../definition/devcontainer/document/local-variables.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { inputWarnings } from '../definition/inputs/input-warnings.ts'
import type { InputReason } from '../definition/inputs/project-inputs.ts'
import { type ReadProject, type ReadService, wholeContextWarning } from '../definition/read-project.ts'
import { undeclaredMountWarnings } from '../definition/secret-mounts.ts'
import { stackValues } from '../definition/stack-values.ts'
import type { Host } from '../host/host.ts'
import { frontendsOf, frontendWarnings } from '../lock/frontend-fallback.ts'
import {
  completeLock,
  type FoundLock,
  findLock,
  type LockOptions,
  type LockState,
} from '../lock/lock-state.ts'
import { isShared, type ReadingOptions, readProjectOffline } from '../lock/read-project-offline.ts'
import type { Project } from '../store/open-project.ts'
import { bakedMountWarnings } from './baked-values.ts'
import { differingInputs, type HistoricInput } from './historic-inputs.ts'
import { homeRepositoryWarnings } from './home-repository.ts'
import { readFiles } from './plan-files.ts'
import { planService } from './plan-service.ts'
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
  const read = await readProjectOffline(context.env, project, { definition, shared: isShared(options) })
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
  const { checkout, files, features, beside, wanted } = await reportWhenSlow(run, reading)
  await cache.save()
  const lock = shared?.lock ?? (await completeLock(found, read, context, options, run))
  const local = localVariables(project, definition.file, context.env)
  const { resources } = definition.stack ?? {}
  const texts = services.map(({ service: { compose, source } }) => [
    compose,
    source.kind === 'build' && source.hostArgs,
  ])
  const recorded = resources && { texts, resources }
  const ofCompose = recorded && (await stackValues(context.env, project, recorded))
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
    ...(await homeRepositoryWarnings(project, definition.file, context.env)),
    ...(await inputWarnings(checkout, read, files, features, beside, wanted)),
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
