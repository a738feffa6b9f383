import { createHash } from 'node:crypto'
import path from 'node:path'
import type { ComposeRecord, Stack, Warning } from '../../shared/definition.ts'
import type { Baked, PlanService } from '../../shared/plan.ts'
import { projectMountOf } from '../data/workspace-mount.ts'
import { bakedTexts } from '../definition/compose/baked-texts.ts'
import { isAbove } from '../definition/compose/mounts-above.ts'
import { namesInText } from '../definition/compose/variables/evaluate.ts'
import { CONTENT_HOOKS, contentHooks, hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import {
  isLocalVariable,
  substitute,
  type Variables,
  variablesInside,
} from '../definition/devcontainer/document/substitute.ts'
import { mergeImageMetadata } from '../definition/devcontainer/image-metadata.ts'
import { resolveRun } from '../definition/devcontainer/resolve-run.ts'
import { type Merged, mergeMetadata, type ReadService } from '../definition/read-project.ts'
import type { ValueOf } from '../definition/stack-values.ts'
import type { ProjectPaths } from '../files/project-paths.ts'

/**
 * What a service's hooks are baked for: the folders in the container, and the values of this computer that the hooks are
 * given, because what they make may hold them: of its variables, and of the texts in which Compose files, `compose`, have
 * some. A value is kept as its hash: it may be secret. Undefined where nothing is baked.
 */
export function bakedValues(
  merged: Merged,
  local: Variables,
  compose?: { record: ComposeRecord; valueOf: ValueOf },
): Baked | undefined {
  if (!hasContentHooks(merged.hooks)) return undefined
  const { workspaceFolder, workspaceMount } = resolveRun(merged.run, local)
  const values = [
    ...variablesGiven(merged).map((name) => [name, substitute(`\${${name}}`, local)] as const),
    ...(compose ? bakedTexts(compose.record).map((text) => [text, compose.valueOf(text)] as const) : []),
  ]
  return {
    workspaceFolder,
    ...(workspaceMount && { workspaceMount: workspaceMount.target }),
    values: Object.fromEntries(
      values.flatMap(([name, value]) =>
        value === undefined ? [] : [[name, createHash('sha256').update(value).digest('hex')]],
      ),
    ),
  }
}

/** A key of `Baked.values` as a definition has it: the name of a variable, or a text of Compose files. */
export const bakedText = (name: string): string => (name.includes('$') ? name : `\${${name}}`)

/** The variables of this computer that hooks are given: in their own texts, in the environment, as users, names and places. */
function variablesGiven({ run, ...merged }: Merged): string[] {
  const { mounts, containerEnv, remoteEnv, containerUser, remoteUser, options } = run
  const hooks = CONTENT_HOOKS.map((hook) => merged.hooks[hook])
  const targets = mounts.map(({ target }) => target)
  const given = [hooks, targets, containerEnv, remoteEnv, containerUser, remoteUser, options]
  return [...new Set(variablesInside(given).filter(isLocalVariable))].sort()
}

/** Whether a clone in a folder of another name has another version, because hooks are baked that can see its name. */
export function isBakedForFolder(
  { merged: { run, hooks }, service: { compose = {} } }: Pick<ReadService, 'merged' | 'service'>,
  stack: Stack | undefined,
): boolean {
  const places = variablesInside([run.workspaceFolder, run.workspaceMount?.target])
  const named = bakedTexts(compose).flatMap(namesInText)
  const isNamed = stack?.resources['name'] !== undefined
  return (
    hasContentHooks(hooks) &&
    (places.some(isLocalVariable) ||
      named.includes('PWD') ||
      (named.includes('COMPOSE_PROJECT_NAME') && !isNamed))
  )
}

/** Mounts that baked hooks can read from this computer without being hashed. */
export async function bakedMountWarnings(
  project: ProjectPaths,
  services: readonly Pick<ReadService, 'merged' | 'compose'>[],
): Promise<Warning[]> {
  const warnings: Warning[] = []
  for (const { merged, compose } of services) {
    if (!hasContentHooks(merged.hooks)) continue
    const binds = merged.run.mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []))
    for (const mount of compose?.service.mounts ?? [])
      if (mount.kind === 'bind' && !(await isCopied(project, mount))) binds.push(mount.source)
    if (binds.length === 0) continue
    const message =
      `${contentHooks(merged.hooks).join(' and ')} can read ${binds.join(', ')} of this computer, which is no part of the ` +
      'version: what is made of it may be another content elsewhere.'
    warnings.push({ code: 'baked-mount', message })
  }
  return warnings
}

/** The same of mounts that only the label of the built image names. `named`: what the image is called. Errors: definition-invalid. */
export function labelMountWarnings(
  project: ProjectPaths,
  { run, metadata, features }: PlanService,
  label: string | undefined,
  named: string,
): Promise<Warning[]> {
  const planned = new Set(
    mergeMetadata(run, metadata, features, named).run.mounts.map(({ target }) => target),
  )
  const merged = mergeImageMetadata(run, label, named)
  const mounts = merged.run.mounts.filter(({ target }) => !planned.has(target))
  return bakedMountWarnings(project, [{ merged: { ...merged, run: { ...merged.run, mounts } } }])
}

/** Whether hooks get a copy of what a Compose file mounts: a folder of the project that can be written. */
async function isCopied(
  project: ProjectPaths,
  { source, target, readOnly }: { source: string; target: string; readOnly: boolean },
): Promise<boolean> {
  if (readOnly || source.startsWith('~')) return false
  const place = await projectMountOf(project, { source: path.resolve(project.path, source), target })
  return place !== undefined && (place.target === target || isAbove(source))
}
