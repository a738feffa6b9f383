import path from 'node:path'
import type { Service } from '../../shared/definition.ts'
import type { InputFile, PlanFeature } from '../../shared/plan.ts'
import { pathsWrittenToWorkspace } from '../data/paths-written-to-workspace.ts'
import { literal } from '../definition/dockerfile/context-source.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'
import { Checkout } from '../definition/inputs/checkout.ts'
import type { HashCache } from '../definition/inputs/hash-cache.ts'
import { contextFiles, readIgnore } from '../definition/inputs/inputs.ts'
import { type Wanted, wantedInContext } from '../definition/inputs/missing-inputs.ts'
import { type ProjectInputs, projectInputs } from '../definition/inputs/project-inputs.ts'
import type { ReadProject, ReadService } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { lockPath } from '../lock/lock-file.ts'
import type { Project } from '../store/open-project.ts'

/**
 * All files that are part of the version: those that each service's build can read, and those beside them. `wanted` asks for what
 * builds and features could read of a whole clone.
 */
export async function readFiles(
  { env, home }: Pick<Host, 'home' | 'env'>,
  project: Project,
  read: ReadProject,
  lockFile: string,
  cache: HashCache,
): Promise<{
  checkout: Checkout
  files: InputFile[][]
  features: PlanFeature[][]
  beside: ProjectInputs
  wanted: Wanted[]
}> {
  const checkout = await Checkout.open(project, env, cache, await pathsWrittenToWorkspace(home, project))
  const [contexts, features, beside] = await Promise.all([
    Promise.all(read.services.map((service) => readContext(project, service, lockFile, checkout))),
    Promise.all(
      read.services.map(({ service }) => readFeatureFiles(project, service, read.features, checkout)),
    ),
    projectInputs(checkout, read, lockPath(read.definition.file)),
  ])
  return {
    checkout,
    files: contexts.map(({ files }) => files),
    features: features.map((all) => all.map(({ feature }) => feature)),
    beside,
    wanted: [...contexts, ...features.flat()].flatMap(({ wanted }) => wanted),
  }
}

/** What the build of a service can read of its context. */
async function readContext(
  project: Project,
  { service, reading, contextFolder }: ReadService,
  lockFile: string,
  checkout: Checkout,
): Promise<{ files: InputFile[]; wanted: Wanted[] }> {
  if (service.source.kind !== 'build') return { files: [], wanted: [] }
  const ignore = await ignoreRules(project, service.source, contextFolder, reading, lockFile)
  return {
    files: await contextFiles(checkout, contextFolder, reading.sources, ignore),
    wanted: [wantedInContext(checkout, contextFolder, reading.sources, ignore)],
  }
}

/** What git keeps in a submodule's folder is another text in each worktree. */
const WITHOUT_GIT = { file: '.dockerignore', text: '**/.git' }
const WHOLE = [{ patterns: ['.'] }]

/** The files of each feature: all of its folder. */
function readFeatureFiles(
  project: Project,
  { features = [] }: Service,
  stored: ReadProject['features'],
  checkout: Checkout,
): Promise<{ feature: PlanFeature; wanted: Wanted[] }[]> {
  return Promise.all(
    features.map(async (feature) => {
      const content = Object.hasOwn(stored, feature.id) ? stored[feature.id] : undefined
      if (content) return { feature: { ...feature, files: content.files }, wanted: [] }
      const folder = path.join(project.path, feature.id)
      const files = await contextFiles(checkout, folder, WHOLE, WITHOUT_GIT)
      const wanted = wantedInContext(checkout, folder, WHOLE, WITHOUT_GIT)
      return { feature: { ...feature, files }, wanted: [wanted] }
    }),
  )
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
