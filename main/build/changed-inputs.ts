import path from 'node:path'
import type { InputFile } from '../../shared/plan.ts'
import { pathsWrittenToWorkspace } from '../data/paths-written-to-workspace.ts'
import { Checkout } from '../definition/inputs/checkout.ts'
import { HashCache } from '../definition/inputs/hash-cache.ts'
import { projectInputs } from '../definition/inputs/project-inputs.ts'
import { YieldToEventLoop } from '../files/yield-to-event-loop.ts'
import type { Host } from '../host/host.ts'
import { lockPath } from '../lock/lock-file.ts'
import type { Planned } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'

/**
 * The inputs, by name, that differ in the project's folder from the plan: those outside the build, and the files that
 * the Dockerfile copies by their own name. Files in a copied folder do not count: hooks may write there. So are they to
 * make files that they name, which then come as inputs.
 * Error: input-unreadable.
 */
export async function changedInputs(
  host: Pick<Host, 'home' | 'env'>,
  project: Project,
  { definition, services, plan }: Planned,
): Promise<string[]> {
  const checkout = await openCheckout(host, project)
  const today = await projectInputs(checkout, { definition, services }, lockPath(definition.file))
  const now = new Map(today.inputs.map(asEntry))
  const before = new Map(plan.inputs.map(asEntry))
  const inputs = [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) =>
      before.get(name) !== now.get(name) &&
      (before.has(name) || !['hook', 'beside'].includes(today.reasons.get(name) ?? '')),
  )
  const copied = services.map(async ({ reading, contextFolder }, index) => {
    const service = plan.services[index]
    const named = new Set(reading.sources.flatMap(({ patterns }) => patterns))
    const files = (service?.files ?? []).filter(([file]) => named.has(file))
    const changed = await differingFrom(checkout, checkout.pathOf(contextFolder), files)
    return changed.map((file) => path.posix.join(service?.context ?? '.', file))
  })
  return [...new Set([...inputs, ...(await Promise.all(copied)).flat()])].sort()
}

/** Those of the planned inputs that a folder (from the checkout's root) has changed or lost. */
export async function differingFrom(
  checkout: Checkout,
  folder: string,
  inputs: InputFile[],
): Promise<string[]> {
  const changed: string[] = []
  const yieldTurns = new YieldToEventLoop(checkout.hashes.signal)
  const later = inputs.map(async (input) => {
    if (yieldTurns.due) await yieldTurns.take()
    if (!(await isAsPlanned(checkout, folder, input))) changed.push(input[0])
  })
  await Promise.all(later)
  return changed
}

/** Whether an input is now as it was planned. An empty folder is not content that a hook reads. */
export async function isAsPlanned(checkout: Checkout, folder: string, input: InputFile): Promise<boolean> {
  if (input[2] === 'dir') return true
  const now = await checkout.inputAt(folder, input[0])
  return now !== undefined && asEntry(now)[1] === asEntry(input)[1]
}

/** A project's folder as it is now, with the hashes that are remembered of it. */
export async function openCheckout(
  { home, env }: Pick<Host, 'home' | 'env'>,
  project: Project,
): Promise<Checkout> {
  const hashes = await HashCache.open(path.join(home.project(project.key), 'hashes.bin'))
  return Checkout.open(project, env, hashes, await pathsWrittenToWorkspace(home, project))
}

const asEntry = (input: InputFile): [string, string] => [input[0], JSON.stringify(input)]
