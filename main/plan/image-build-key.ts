import { hash } from 'node:crypto'
import { canonical } from '../../shared/canonical.ts'
import type { Plan, PlanService } from '../../shared/plan.ts'
import { hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { knownOnbuild } from '../definition/dockerfile/known-onbuild.ts'
import { mergeMetadata } from '../definition/read-project.ts'

/**
 * The hash of what of a plan decides the image of one of its services. Two services, also of two versions, for which it is
 * the same have the same image. Into the first one's, features are installed and hooks are baked: how it runs counts, too.
 */
export function imageBuildKey(plan: Plan, service: PlanService): string {
  if (service === plan.services[0]) {
    const { run, metadata, features, name } = service
    const bakes = hasContentHooks(mergeMetadata(run, metadata, features, name).hooks)
    return hashOf({ first: service, ...(bakes && { inputs: plan.inputs, stack: plan.stack }) })
  }
  const { dockerfile, target, args, files, images, downloads, onbuild } = service
  return hashOf({ dockerfile, target, args, files, images, downloads, onbuild })
}

const hashOf = (value: object): string => hash('sha256', canonical(JSON.parse(JSON.stringify(value))))

/**
 * The reference of the image that a service runs as it is; undefined where one is built. What the image leaves to builds
 * (ONBUILD) is then of no account.
 */
export function plainImage({ dockerfile, onbuild }: PlanService): string | undefined {
  const [, reference] = /^FROM (\S+)\n$/.exec(dockerfile) ?? []
  if (reference === undefined || reference === 'scratch') return undefined
  return (knownOnbuild(onbuild, reference) ?? []).length > 0 ? undefined : reference
}
