import path from 'node:path'
import { canonical } from '../../shared/canonical.ts'
import type { InputFile, Plan, PlanService } from '../../shared/plan.ts'

/** What form 1 of a plan recorded. */
const OF_FORM_1: {
  plan: readonly (keyof Plan)[]
  service: readonly (keyof PlanService)[]
} = {
  plan: ['planVersion', 'file', 'services', 'inputs'],
  service: ['name', 'dockerfile', 'target', 'args', 'context', 'files', 'images', 'downloads', 'run'],
}

/**
 * Fields of form 2 that do not affect the image of an equal plan of form 1, unless hooks were baked into it: a field
 * that is added to form 2 needs a decision here. Under any other field that a plan has, an image of form 1 is not taken
 * for its own.
 */
const SAME_UNDER: {
  plan: readonly (keyof Plan)[]
  service: readonly (keyof PlanService)[]
  run: readonly (keyof PlanService['run'])[]
} = { plan: [], service: [], run: [] }

/**
 * Whether an image that was built from a plan of form 1 is the image of a plan of form 2. Everything that form 1 recorded
 * has to be equal. `recorded` are the inputs that form 1 did not record, by name: the build does not read them, but hooks
 * may have. So where hooks were baked (`bakes`), each has to have had the same content in the build's context, and there
 * may be no other field. Undefined when it is not known to be the same.
 */
export function sameContent(old: Plan, now: Plan, bakes: boolean): { recorded: string[] } | undefined {
  if (old.planVersion !== 1 || now.planVersion !== 2 || old.file !== now.file) return undefined
  if (old.services.length !== now.services.length) return undefined
  const isAllowed = isKnownIn(OF_FORM_1.plan, bakes ? [] : SAME_UNDER.plan)
  if (!Object.keys(now).every(isAllowed)) return undefined
  const same = now.services.every((service, at) => isSameService(old.services[at], service, bakes))
  if (!same) return undefined
  const before = new Map(old.inputs.map((input) => [input[0], textOf(input)]))
  const today = new Map(now.inputs.map((input) => [input[0], textOf(input)]))
  if ([...before].some(([name, text]) => today.get(name) !== text)) return undefined
  const recorded = [...today.keys()].filter((name) => !before.has(name))
  if (bakes) {
    const built = new Set(old.services.flatMap(contextOf))
    if (recorded.some((name) => !built.has(`${name}\n${today.get(name)}`))) return undefined
  }
  return { recorded }
}

function isSameService(old: PlanService | undefined, now: PlanService, bakes: boolean): boolean {
  if (!old) return false
  const isAllowed = isKnownIn(OF_FORM_1.service, bakes ? [] : SAME_UNDER.service)
  if (!Object.keys(now).every(isAllowed)) return false
  const isKnownSetting = isKnownIn(Object.keys(old.run), bakes ? [] : SAME_UNDER.run)
  const run = Object.fromEntries(
    Object.entries(now.run).filter(([name]) => name in old.run || !isKnownSetting(name)),
  )
  // A reference with a digest is part of the Dockerfile itself.
  const images = Object.fromEntries(
    Object.entries(now.images).filter(([name]) => name in old.images || !name.includes('@sha256:')),
  )
  const today = { ...now, run, images }
  return OF_FORM_1.service.every(
    (field) => canonical([old[field] ?? null]) === canonical([today[field] ?? null]),
  )
}

const isKnownIn = (...known: (readonly string[])[]) => {
  const names = new Set(known.flat())
  return (name: string): boolean => names.has(name)
}

/** The inputs of a service's build as inputs of the project. */
const contextOf = ({ context, files }: PlanService): string[] =>
  files.map((file) => `${path.posix.join(context, file[0])}\n${textOf(file)}`)

const textOf = ([, ...rest]: InputFile): string => JSON.stringify(rest)
