import path from 'node:path'
import type { Definition } from '../../../shared/definition.ts'
import { isSystemError } from '../../../shared/errors.ts'
import type { InputFile } from '../../../shared/plan.ts'
import { byBytes } from '../../files/byte-order.ts'
import { linkTarget, listFiles } from '../../files/list-files.ts'
import { type EntryKind, type Opened, statInside } from '../../files/open-inside.ts'
import { KNOWN_LOCKFILES } from '../devcontainer/known-lockfiles.ts'
import { literal } from '../dockerfile/context-source.ts'
import type { Merged, ReadProject } from '../read-project.ts'
import { type SaidOfInputs, saidOfInputs } from '../version-files.ts'
import type { Checkout } from './checkout.ts'
import { contentHookTexts, hookInputs, hookTexts } from './hook-inputs.ts'
import { hookScope } from './hook-scope.ts'
import { inputFiles, namedFiles } from './inputs.ts'
import { type Wanted, wantedBy } from './missing-inputs.ts'
import { NamePatterns } from './name-patterns.ts'
import { notIgnored } from './untracked-inputs.ts'

/** What Pristine's own lock is called, beside a definition. */
export const LOCK_NAME = 'pristine.lock'
/** At most this many lookups for untracked files that hooks mention. */
const MAX_LOOKS = 400

/** The definition names it; its name is a lockfile's; it lies beside the definition; a hook can name it. */
export type InputReason = 'setting' | 'lockfile' | 'beside' | 'hook'

export interface ProjectInputs {
  /** Sorted by path, which counts from the project's folder. */
  inputs: InputFile[]
  /** Why each of them is an input. */
  reasons: Map<string, InputReason>
  /** Files that would be inputs if git tracked them. */
  untracked: string[]
  /** Which tracked files would be inputs if they were here. */
  wanted: Wanted
  /** Those of them that decide what fills new data: what its command can name, and what the definition names. */
  seed: InputFile[]
  /** There are more files, or more scripts, than are searched for what hooks can read. */
  cut: boolean
}

/**
 * The files beside the build's that are part of the version: what the definition names, with the files whose values its
 * services get, the dependency lockfiles, and,
 * where hooks create content or set up a container, all that lies beside the definition and whatever they can name. In
 * a git repository only tracked files count, except for what the definition names and its own folder: a hook may create
 * files that no other clone has. Never Pristine's own lock, `lockFile`: the plan holds its pins.
 * Errors: input-unreadable, cancelled.
 */
export async function projectInputs(
  checkout: Checkout,
  { definition, services }: Pick<ReadProject, 'definition' | 'services'>,
  lockFile: string,
): Promise<ProjectInputs> {
  const seed = services.flatMap(({ merged }) =>
    merged.run.seed === undefined ? [] : hookTexts(merged.run.seed),
  )
  const texts = [...textsOfHooks(services), ...seed]
  const [values, own, lockfiles, hooks] = await Promise.all([
    namedFiles(
      checkout,
      (definition.stack?.valueFiles ?? []).map((name) => fromRoot(checkout, name)),
    ),
    inputFiles(checkout, ownGlobs(definition.inputs)),
    inputFiles(checkout, [...KNOWN_LOCKFILES]),
    texts.length === 0 ? undefined : readableByHooks(checkout, definition, services, texts, seed),
  ])
  const all = new Map<string, InputFile>()
  const reasons = new Map<string, InputReason>()
  const add = (inputs: InputFile[], reason: InputReason): void => {
    for (const input of inputs) {
      const [name] = input
      if (name === lockFile || all.has(name)) continue
      all.set(name, input)
      reasons.set(name, reason)
    }
  }
  add(own, 'setting')
  // One that git does not track is of this computer, often with secrets.
  add(
    values.filter(([name]) => isTracked(checkout, name)),
    'setting',
  )
  add(
    lockfiles.filter(([name]) => isTracked(checkout, name)),
    'lockfile',
  )
  add(hooks?.beside ?? [], 'beside')
  add(hooks?.named ?? [], 'hook')
  add(hooks?.modules ?? [], 'hook')
  const untracked = [...lockfiles.map(([name]) => name), ...(hooks?.untracked ?? [])].filter(
    (name) => !all.has(name),
  )
  const inputs = [...all.values()].sort(([a], [b]) => byBytes(a, b))
  return {
    inputs,
    reasons,
    untracked: checkout.tree ? await untrackedOf(checkout, untracked) : [],
    wanted: wantedBeside(checkout, definition, hooks),
    seed: inputs.filter(
      ([name]) => reasons.get(name) === 'setting' || hooks?.seed.has(fromRoot(checkout, name)),
    ),
    cut: hooks?.cut ?? false,
  }
}

/**
 * What of today's folder would be an input of a version with hooks, from the project's folder: as of `projectInputs`, without
 * what git ignores. `file` is the version's definition, and `said` what it said of inputs. `otherwise` opens what files, from
 * the repository's root, were in the version, and today are not.
 * Errors: input-unreadable, cancelled.
 */
export async function inputsToday(
  checkout: Checkout,
  file: string,
  merged: Merged,
  { globs, texts }: SaidOfInputs,
  otherwise: ReadonlyMap<string, () => Opened>,
): Promise<string[]> {
  const services = [{ merged }]
  const { files } = hookInputs(textsOfHooks(services), await hookScope(checkout, services, otherwise))
  const beside = await definitionFiles(checkout, file, texts)
  const found = await Promise.all([
    namedFiles(checkout, [...files, ...beside]),
    inputFiles(checkout, [...KNOWN_LOCKFILES]),
    inputFiles(checkout, ownGlobs(globs)),
  ])
  const [named, lockfiles, own] = found.map((inputs) => inputs.map(([name]) => name))
  const wanted = (own ?? []).filter((name) => !isTracked(checkout, name))
  const untracked = new Set(await untrackedOf(checkout, wanted))
  return [...new Set([...(named ?? []), ...(lockfiles ?? []), ...(own ?? [])])].filter(
    (name) => isTracked(checkout, name) || beside.has(fromRoot(checkout, name)) || untracked.has(name),
  )
}

type Services = Pick<ReadProject['services'][number], 'merged'>[]

const textsOfHooks = (services: Services): string[] =>
  services.flatMap(({ merged }) => contentHookTexts(merged.hooks))

async function readableByHooks(
  checkout: Checkout,
  definition: Definition,
  services: Services,
  texts: string[],
  seed: string[],
) {
  const scope = await hookScope(checkout, services)
  const found = hookInputs(texts, scope)
  const bySeed = seed.length === 0 ? undefined : hookInputs(seed, scope)
  const modules = await Promise.all(
    found.modules.map((module) =>
      checkout.inputAt(checkout.folder, path.posix.relative(checkout.folder, module)),
    ),
  )
  const beside = await definitionFiles(checkout, definition.file, saidOfInputs(definition).texts)
  const inputs = await namedFiles(checkout, [...found.files, ...beside])
  const isBeside = ([name]: InputFile): boolean => beside.has(fromRoot(checkout, name))
  return {
    beside: inputs.filter(isBeside),
    // What a link leads to may be a file that git does not track.
    named: inputs.filter((input) => !isBeside(input) && isTracked(checkout, input[0])),
    untracked: untrackedMentions(checkout, found.mentions.paths()),
    /** From the repository's root, like `folder`, which is the definition's. */
    wanted: new Set([...found.files, ...found.modules, ...beside]),
    folder: definitionFolder(checkout, definition.file),
    // A dependency decides rarely what the data is.
    modules: modules.filter((module) => module !== undefined),
    seed: new Set([
      ...(bySeed?.files ?? []).filter((file) => !LOCKFILES.match(file)),
      ...(bySeed?.modules ?? []),
    ]),
    cut: found.cut || scope.cut,
  }
}

const LOCKFILES = new NamePatterns(KNOWN_LOCKFILES)

/** The globs of a definition without those that it has by default. */
const ownGlobs = (globs: string[]): string[] => globs.filter((glob) => !KNOWN_LOCKFILES.includes(glob))

/** What the definition names, lockfiles, and, of hooks, what they can name and all that lies beside the definition. */
function wantedBeside(
  checkout: Checkout,
  { inputs, stack }: Definition,
  hooks: { wanted: ReadonlySet<string>; folder: string | undefined } | undefined,
): Wanted {
  const values = new Set((stack?.valueFiles ?? []).map((name) => fromRoot(checkout, name)))
  const within = literal(checkout.folder)
  const isNamed = wantedBy(
    ownGlobs(inputs).map((glob) => path.posix.join(within, glob)),
    { wide: true },
  )
  const isBeside = (at: string): boolean => hooks?.folder !== undefined && at.startsWith(`${hooks.folder}/`)
  return (at, isFolder) =>
    isNamed(at, isFolder) ||
    hooks?.wanted.has(at) ||
    (isFolder ? isBeside(at) : values.has(at) || LOCKFILES.match(path.posix.relative(checkout.folder, at)))
}

/**
 * The files in the definition's own folder, if it has one: all except its `texts`, which are part of the plan by their
 * meaning, the locks, the files of other definitions, and what git ignores. Those that a sparse checkout leaves out are named.
 */
async function definitionFiles(checkout: Checkout, file: string, texts: string[]): Promise<Set<string>> {
  const { tree } = checkout
  const leads = definitionFolder(checkout, file)
  if (leads === undefined) return new Set()
  const listed = await listFiles(checkout.root, leads, checkout.hashes.signal)
  const skipped = [...(tree?.skipped() ?? [])].filter((name) => name.startsWith(`${leads}/`))
  const files = [...new Set([...listed.files, ...skipped])]
  const out = new Set(texts.map((name) => fromRoot(checkout, name)))
  const others = files
    .filter((name) => path.posix.basename(name) === 'devcontainer.json' && !out.has(name))
    .map((name) => `${path.posix.dirname(name)}/`)
    .filter((other) => other !== `${leads}/` && !fromRoot(checkout, file).startsWith(other))
  const left = files.filter(
    (name) =>
      !out.has(name) &&
      path.posix.basename(name) !== LOCK_NAME &&
      !others.some((other) => name.startsWith(other)),
  )
  const untracked = tree ? left.filter((name) => !tree.has(name)) : []
  const wanted = await notIgnored(checkout, untracked)
  return new Set(left.filter((name) => !tree || tree.has(name) || wanted.has(name)))
}

/** The definition's own folder, from the root, where links lead to; undefined for a definition without one. */
function definitionFolder(checkout: Checkout, file: string): string | undefined {
  const own = path.posix.dirname(file)
  if (own === '.' || path.posix.basename(file) !== 'devcontainer.json') return undefined
  const at = fromRoot(checkout, file.startsWith('.devcontainer/') ? '.devcontainer' : own)
  const target = checkout.linkTarget(at)
  return target === undefined ? at : linkTarget(at, target)
}

/**
 * Untracked files that hooks mention, from the project's folder: by a path that is there, or by one in a folder that they
 * mention as well (`cd tools && ./x.sh`).
 */
function untrackedMentions({ root, folder, tree }: Checkout, paths: Iterable<string>): string[] {
  if (!tree) return []
  let looks = MAX_LOOKS
  const lookAt = (file: string): EntryKind | undefined =>
    looks-- > 0 ? kindAt(root, path.posix.join(folder, file)) : undefined
  const words = [...paths].slice(0, MAX_LOOKS)
  const kinds = words.map((word) => [word, lookAt(word)] as const)
  const places = kinds.flatMap(([word, kind]) => (kind === 'folder' ? [word] : []))
  const inPlaces = places.flatMap((place) => words.map((word) => path.posix.join(place, word)))
  const files = [
    ...kinds.flatMap(([word, kind]) => (kind === 'file' ? [word] : [])),
    ...inPlaces.filter((file) => lookAt(file) === 'file'),
  ]
  return files.filter((file) => !tree.has(path.posix.join(folder, file)))
}

async function untrackedOf(checkout: Checkout, names: string[]): Promise<string[]> {
  const told = await notIgnored(
    checkout,
    names.map((name) => fromRoot(checkout, name)),
  )
  return [...new Set(names)].filter((name) => told.has(fromRoot(checkout, name)))
}

const isTracked = (checkout: Checkout, name: string): boolean =>
  checkout.tree?.has(fromRoot(checkout, name)) ?? true

/** The path from the repository's root of a file named from the project's folder. */
export const fromRoot = ({ folder }: Pick<Checkout, 'folder'>, name: string): string =>
  path.posix.join(folder, name)

function kindAt(root: string, file: string): EntryKind | undefined {
  try {
    return statInside(root, file)?.kind
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
