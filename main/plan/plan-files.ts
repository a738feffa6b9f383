import path from 'node:path'
import type { Service } from '../../shared/definition.ts'
import type { InputFile, PlanFeature } from '../../shared/plan.ts'
import { pathsWrittenToWorkspace } from '../data/paths-written-to-workspace.ts'
import { literal } from '../definition/dockerfile/context-source.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'
import { Checkout } from '../definition/inputs/checkout.ts'
import type { HashCache } from '../definition/inputs/hash-cache.ts'
import { contextFiles, readIgnore, skippedInContext } from '../definition/inputs/inputs.ts'
import { type ProjectInputs, projectInputs } from '../definition/inputs/project-inputs.ts'
import type { ReadProject, ReadService } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { lockPath } from '../lock/lock-file.ts'
import type { Project } from '../store/open-project.ts'

/** All files that are part of the version: those that each service's build can read, and those beside them. */
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
  skipped: string[][]
  beside: ProjectInputs
}> {
  const checkout = await Checkout.open(project, env, cache, await pathsWrittenToWorkspace(home, project))
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

/** What git keeps in a submodule's folder is another text in each worktree. */
const WITHOUT_GIT = { file: '.dockerignore', text: '**/.git' }

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
      return { ...feature, files: await contextFiles(checkout, folder, [{ patterns: ['.'] }], WITHOUT_GIT) }
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
