import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Baked, Plan, PlanService } from '../../shared/plan.ts'
import { hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { localVariables } from '../definition/devcontainer/document/local-variables.ts'
import { substitute, type Variables } from '../definition/devcontainer/document/substitute.ts'
import { buildVariables } from '../definition/devcontainer/resolve-run.ts'
import { knownOnbuild } from '../definition/dockerfile/known-onbuild.ts'
import { readDockerfile } from '../definition/dockerfile/read-dockerfile.ts'
import { mergedOf } from '../definition/read-project.ts'
import { stackValues, type ValueOf } from '../definition/stack-values.ts'
import { foundAsToday, VersionFiles } from '../definition/version-files.ts'
import { openInside } from '../files/open-inside.ts'
import { realPathInProject } from '../files/real-path-in-project.ts'
import { throughLinksInFiles } from '../git/symlinks-as-files.ts'
import type { VersionRecord } from '../history/fold-ledger.ts'
import type { Host } from '../host/host.ts'
import { isOwnPin } from '../lock/require-same-repository.ts'
import { bakedText, bakedValues } from '../plan/baked-values.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'
import { differingFrom, openCheckout } from './changed-inputs.ts'
import { Contents, isRegular, type Place } from './kept-contents.ts'
import { historicFolder, historicInputs } from './restore-version-inputs.ts'
import type { ServiceBuild, VersionBuild } from './version-build.ts'

/** What is left of a version without its image: how it is built again, or what is missing for that, in words. */
export type Recipe = { whole: true; build: () => VersionBuild } | { whole: false; missing: string[] }

type Named = Pick<VersionRecord, 'id' | 'ordinal'>

/** Reads the recipes of a project's versions; what several of them need is looked for once. */
export async function openRecipes(
  host: Pick<Host, 'home' | 'env'>,
  project: Project,
): Promise<(version: Named) => Promise<Recipe>> {
  const store = await Contents.open(host, project)
  return async (version) => {
    const plan = await loadPlan(host.home, version.id)
    if (!plan) return { whole: false, missing: ['its plan'] }
    return readRecipe(host, project, version, plan, store)
  }
}

async function readRecipe(
  { home, env }: Pick<Host, 'home' | 'env'>,
  project: Project,
  { id, ordinal }: Named,
  plan: Plan,
  store: Contents,
): Promise<Recipe> {
  const local = localVariables(project, plan.file, env)
  const files = await VersionFiles.open({ home, env }, project, id, plan.inputs, store.checkout)
  const texts = plan.services.map(({ compose, args }) => [compose, args])
  const recorded = plan.stack && { texts, resources: plan.stack }
  const ofCompose = recorded && (await stackValues(env, project, recorded, files))
  const read = await Promise.all(
    plan.services.map((service, at) =>
      readService(
        project,
        service,
        { isFirst: at === 0, isOneOfSeveral: plan.stack !== undefined, ordinal },
        { local, ofCompose },
        store,
      ),
    ),
  )
  const missing = read.flatMap((service) => service.missing)
  // Looked for only where a hook may read them: the build itself reads nothing of the folder.
  if (plan.services.some((service) => hasContentHooks(mergedOf(service).hooks)))
    missing.push(...(await historicInputs(plan.inputs, store)).missing)
  if (missing.length > 0) return { whole: false, missing: [...new Set(missing)] }
  const build = (): VersionBuild => ({
    isRecipe: true,
    id,
    plan,
    services: read.map((service) => service.build()),
    historicInputs: () => historicFolder(plan, ordinal, store, foundAsToday(home, id)),
    changedInputs: async (historic) => {
      const overlaid = new Set(historic.map((input) => input.path))
      const inputs = plan.inputs.filter(([name]) => !overlaid.has(name))
      const checkout = await openCheckout({ home, env }, project)
      return differingFrom(checkout, checkout.folder, inputs)
    },
  })
  return { whole: true, build }
}

/** One service of a plan: what is missing, and, when nothing is, how it is built. */
async function readService(
  project: Project,
  plan: PlanService,
  { ordinal, ...place }: Pick<ServiceBuild, 'isFirst' | 'isOneOfSeveral'> & { ordinal: number },
  { local, ofCompose }: { local: Variables; ofCompose: ValueOf | undefined },
  store: Contents,
): Promise<{ missing: string[]; build: () => ServiceBuild }> {
  const variables = buildVariables(plan.run, local)
  const { args, missing } = argumentsOf(plan, ofCompose ?? ((template) => substitute(template, variables)))
  for (const [reference, resolved] of Object.entries(plan.images))
    if (!isOwnPin(reference, resolved)) missing.push(`a pin of ${reference} (it names ${resolved})`)
  const compose = plan.compose && ofCompose && { record: plan.compose, valueOf: ofCompose }
  const today = plan.baked && bakedValues(mergedOf(plan), local, compose)
  for (const change of plan.baked && today ? bakedOtherwise(plan.baked, today) : []) missing.push(change)
  const folder =
    (await realPathInProject(project, await throughLinksInFiles(project, plan.context)).catch(
      () => undefined,
    )) ?? path.resolve(project.path, plan.context)
  const contents = new Map<string, Place>()
  await Promise.all(
    plan.files.filter(isRegular).map(async ([name, , sha256]) => {
      const file = await store.find(sha256, { root: folder, name })
      if (file) contents.set(sha256, file)
      else missing.push(path.posix.join(plan.context, name))
    }),
  )
  for (const feature of plan.features ?? []) {
    for (const [name, , sha256] of feature.files.filter(isRegular)) {
      const found = await store.find(sha256, { root: project.path, name: path.posix.join(feature.id, name) })
      if (found) contents.set(sha256, found)
      else missing.push(path.posix.join(feature.id, name))
    }
  }
  const file = `Dockerfile of v${ordinal}`
  const build = (): ServiceBuild => ({
    plan,
    ...place,
    // Only the stages that the target needs were kept, so a number no longer counts them; the last one is the target.
    reading: readDockerfile(plan.dockerfile, {
      file,
      args,
      triggers: (reference) => knownOnbuild(plan.onbuild, reference),
      ...(plan.target !== undefined && !/^\d+$/.test(plan.target) && { target: plan.target }),
    }),
    args,
    file,
    hasLines: false,
    converted: store.checkout.converted,
    open: ([name, , sha256]) => {
      const { root, name: file } = contents.get(sha256) ?? { root: folder, name }
      return openInside(root, file)
    },
    openFeature: ({ id }, [name, , sha256]) => {
      const { root, name: file } = contents.get(sha256) ?? {
        root: project.path,
        name: path.posix.join(id, name),
      }
      return openInside(root, file)
    },
  })
  return { missing, build }
}

/** Of what the hooks were baked for, what this computer has otherwise today. */
function bakedOtherwise(then: Baked, today: Baked): string[] {
  const folder =
    then.workspaceFolder === today.workspaceFolder && then.workspaceMount === today.workspaceMount
  const values = Object.keys(then.values).filter((name) => then.values[name] !== today.values[name])
  return [
    ...(folder ? [] : [`its folder in the container, ${then.workspaceFolder}`]),
    ...values.map((name) => `the value of ${bakedText(name)}`),
  ]
}

/** The build arguments. Of a value from this computer's environment only the hash was kept: today's has to be the same. */
function argumentsOf(plan: PlanService, today: ValueOf): { args: Record<string, string>; missing: string[] } {
  const args: [string, string][] = []
  const missing: string[] = []
  for (const [name, value] of Object.entries(plan.args)) {
    const found = typeof value === 'string' ? value : today(value.template)
    const isSame = typeof value === 'string' || sha256Of(found ?? '') === value.sha256
    if (found !== undefined && isSame) args.push([name, found])
    else if (typeof value !== 'string')
      missing.push(`the value of ${value.template} (build argument ${name})`)
  }
  return { args: Object.fromEntries(args), missing }
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')
