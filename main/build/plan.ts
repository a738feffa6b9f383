import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Definition, Service, Warning } from '../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import { EMPTY_LOCK, type Lock } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { InputFile, Plan, PlanArgument, PlanService } from '../../shared/plan.ts'
import { byBytes } from '../definition/byte-order.ts'
import { type DockerfileReading, readDockerfile } from '../definition/dockerfile/read.ts'
import { literal } from '../definition/dockerfile/source.ts'
import { HashCache } from '../definition/hash-cache.ts'
import { hookFiles } from '../definition/hook-files.ts'
import { contextFiles, inputFiles, readIgnore } from '../definition/inputs.ts'
import { KNOWN_LOCKFILES } from '../definition/lockfiles.ts'
import { readDefinition } from '../definition/read.ts'
import { readText } from '../definition/read-text.ts'
import { trackedFiles } from '../definition/tracked.ts'
import { compareLock, lockPath, readLock } from '../lock/file.ts'
import { type Resolver, resolvePins } from '../lock/resolve.ts'
import type { Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'
import { versionId } from '../version/recipes.ts'

/** One service as read, with what the plan leaves out: the values of its arguments, where lines came from. */
export interface ReadService {
  service: Service
  reading: DockerfileReading
  args: Record<string, string>
  /** The build context, absolute. */
  contextFolder: string
}

/** What the repository says today: definition, lock and inputs, and the version that they make. */
export interface Planned {
  definition: Definition
  services: ReadService[]
  plan: Plan
  id: VersionId
  lock: LockState
  /** What is worth saying about the definition. */
  warnings: Warning[]
}

/** The lock as it is and as it must be. */
interface LockState {
  /** Absolute. */
  file: string
  now: Lock | undefined
  next: Lock
  added: string[]
  removed: string[]
}

export interface PlanOptions {
  definition?: string | undefined
  /** Fail with `lock-outdated` instead of resolving what the lock lacks. */
  frozen: boolean
  /** Pins to ask for again, even though the lock has them. */
  update?: (reference: string) => boolean
}

/** What planning works with. The engine is asked only for references that the lock lacks. */
export interface Planner {
  home: Home
  env: Record<string, string | undefined>
  resolver: () => Promise<Resolver>
}

/**
 * Plans a project: reads its definition, lock and inputs, and computes the version that they make. Writes nothing
 * but caches.
 * Errors: those of the definition, the lock and its resolution.
 */
export async function planProject(
  planner: Planner,
  project: Project,
  options: PlanOptions,
  run: Run,
): Promise<Planned> {
  const definition = await readDefinition(project, {
    env: planner.env,
    ...(options.definition !== undefined && { choice: options.definition }),
  })
  const services = await Promise.all(
    definition.services.map((service) => readService(project, definition, service)),
  )
  const lock = await readLockState(planner, project, definition, services, options, run)
  const cache = await HashCache.open(path.join(planner.home.project(project.key), 'hashes.json'))
  const [planServices, inputs] = await Promise.all([
    Promise.all(services.map((service) => planService(project, service, lock.next, lock.file, cache))),
    readInputs(project, definition, services, cache),
  ])
  await cache.save()
  const plan: Plan = { planVersion: 1, file: definition.file, services: planServices, inputs }
  const warnings = [...definition.warnings, ...services.flatMap(wholeContextWarning)]
  return { definition, services, plan, id: versionId(plan), lock, warnings }
}

async function readService(project: Project, definition: Definition, service: Service): Promise<ReadService> {
  const { source } = service
  if (source.kind === 'image') {
    const reading = readDockerfile(`FROM ${source.reference}\n`, { file: definition.file, args: {} })
    return { service, reading, args: {}, contextFolder: project.path }
  }
  const text = await readText(project, source.dockerfile)
  const reading = readDockerfile(text, {
    file: source.dockerfile,
    args: source.args,
    ...(source.target !== undefined && { target: source.target }),
  })
  return {
    service,
    reading,
    args: source.args,
    contextFolder: path.resolve(project.path, source.context),
  }
}

/**
 * The files beside the build's that are part of the version: what the definition names, what lasting hooks run, and the
 * dependency lockfiles, where there is git only the tracked ones: a hook may make one that no other clone has.
 */
async function readInputs(
  project: Project,
  definition: Definition,
  services: ReadService[],
  cache: HashCache,
): Promise<InputFile[]> {
  const known = new Set(KNOWN_LOCKFILES)
  const own = definition.inputs.filter((glob) => !known.has(glob))
  const hooks = await Promise.all(services.map(({ service }) => hookFiles(project.path, service.run)))
  const [named, lockfiles] = await Promise.all([
    inputFiles(project.path, [...own, ...hooks.flat().map(literal)], cache),
    inputFiles(project.path, [...known], cache),
  ])
  const tracked = await trackedFiles(
    project.path,
    lockfiles.map(([file]) => file),
  )
  const counted = lockfiles.filter(([file]) => !tracked || tracked.has(file))
  const byPath = new Map([...named, ...counted].map((file) => [file[0], file]))
  return [...byPath.values()].sort(([a], [b]) => byBytes(a, b))
}

/** Copying everything is legal, and makes every edit a new version. */
function wholeContextWarning({ service, reading }: ReadService): Warning[] {
  const source = reading.sources.find(({ patterns }) => patterns.includes('.'))
  if (service.source.kind !== 'build' || !source) return []
  const message =
    `${service.source.dockerfile}:${source.line} copies the whole context, so every edit of a source file makes a new ` +
    'version; copying only what the build needs, such as lockfiles, avoids that.'
  return [{ code: 'whole-context', message }]
}

async function readLockState(
  planner: Planner,
  project: Project,
  definition: Definition,
  services: ReadService[],
  options: PlanOptions,
  run: Run,
): Promise<LockState> {
  const file = path.join(project.path, lockPath(definition.file))
  const shown = lockPath(definition.file)
  const now = await readLock(file)
  const needed = {
    images: [...new Set(services.flatMap(({ reading }) => reading.images.map((image) => image.reference)))],
    downloads: [
      ...new Set(services.flatMap(({ reading }) => reading.downloads.map((download) => download.url))),
    ],
  }
  const kept = now ?? EMPTY_LOCK
  const { missing, unused } = compareLock(kept, needed)
  if (options.frozen) {
    const [first] = [...missing.images, ...missing.downloads]
    if (first) throw productError('lock-outdated', { file: shown, reference: first, problem: 'missing' })
    const [extra] = [...unused.images, ...unused.downloads]
    if (extra) throw productError('lock-outdated', { file: shown, reference: extra, problem: 'unused' })
    return { file, now, next: kept, added: [], removed: [] }
  }
  const update = options.update ?? (() => false)
  const wanted = {
    images: needed.images.filter((reference) => missing.images.includes(reference) || update(reference)),
    downloads: needed.downloads.filter((url) => missing.downloads.includes(url) || update(url)),
  }
  const resolved =
    wanted.images.length + wanted.downloads.length > 0
      ? await resolvePins(await planner.resolver(), wanted, run).catch((error: unknown) => {
          throw placed(error, definition, services)
        })
      : { images: {}, downloads: {} }
  const next: Lock = {
    lockVersion: 1,
    images: pick({ ...kept.images, ...resolved.images }, needed.images),
    downloads: pick({ ...kept.downloads, ...resolved.downloads }, needed.downloads),
  }
  return {
    file,
    now,
    next,
    added: [...missing.images, ...missing.downloads],
    removed: [...unused.images, ...unused.downloads],
  }
}

/** Says where the reference stands that a registry does not know. */
function placed(error: unknown, definition: Definition, services: ReadService[]): unknown {
  if (!isProductError(error, 'reference-unknown')) return error
  const { reference, registry } = error.data as ErrorData<'reference-unknown'>
  for (const { service, reading } of services) {
    const image = reading.images.find((found) => found.reference === reference)
    if (!image) continue
    const at =
      service.source.kind === 'build' ? `${service.source.dockerfile}:${image.line}` : definition.file
    return productError('reference-unknown', { reference, registry, at }, { cause: error })
  }
  return error
}

function pick<T>(record: Record<string, T>, keys: string[]): Record<string, T> {
  return Object.fromEntries(keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])))
}

async function planService(
  project: Project,
  { service, reading, contextFolder }: ReadService,
  lock: Lock,
  lockFile: string,
  cache: HashCache,
): Promise<PlanService> {
  const { source, run } = service
  const built = source.kind === 'build' ? source : undefined
  const files: InputFile[] = built
    ? await contextFiles(
        contextFolder,
        reading.sources,
        await ignoreRules(project, built.dockerfile, contextFolder, reading, lockFile),
        cache,
      )
    : []
  return {
    name: service.name,
    dockerfile: reading.text,
    ...(built?.target !== undefined && { target: built.target }),
    args: built ? planArguments(built.args, built.hostArgs) : {},
    context: built?.context ?? '.',
    files,
    images: Object.fromEntries(
      reading.images.map(({ reference }) => [reference, lock.images[reference]?.resolved ?? '']),
    ),
    downloads: Object.fromEntries(
      reading.downloads.map(({ url }) => [url, lock.downloads[url]?.integrity ?? '']),
    ),
    run,
  }
}

/**
 * What of the context is no input: what the person's ignore file says, the lock (the plan holds its pins), and git's own
 * folder unless the Dockerfile names it, because no two clones have the same.
 */
async function ignoreRules(
  project: Project,
  dockerfile: string,
  contextFolder: string,
  reading: DockerfileReading,
  lockFile: string,
) {
  const own = await readIgnore(contextFolder, path.join(project.path, dockerfile))
  const lock = path.relative(contextFolder, lockFile).split(path.sep).join('/')
  const namesGit = reading.sources.some(({ patterns }) =>
    patterns.some((pattern) => /^\.git(\/|$)/.test(pattern)),
  )
  const rules = [own?.text ?? '', ...(lock.startsWith('..') ? [] : [lock]), ...(namesGit ? [] : ['.git'])]
  return { file: own?.file ?? '.dockerignore', text: rules.join('\n') }
}

/** Values that come from this computer's environment may be secret: the plan holds only their hashes. */
function planArguments(
  args: Record<string, string>,
  hostArgs: Record<string, string>,
): Record<string, PlanArgument> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]): [string, PlanArgument] => {
      const template = hostArgs[name]
      if (template === undefined) return [name, value]
      return [name, { template, sha256: createHash('sha256').update(value).digest('hex') }]
    }),
  )
}
