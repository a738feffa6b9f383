import { productError } from '../../shared/errors.ts'
import type { InputFile, Plan } from '../../shared/plan.ts'
import { fromRoot, inputsToday } from '../definition/inputs/project-inputs.ts'
import { mergedOf } from '../definition/read-project.ts'
import type { SaidOfInputs } from '../definition/version-files.ts'
import { openInside } from '../files/open-inside.ts'
import { lockPath } from '../lock/lock-file.ts'
import { differingLinks, type HistoricInput } from '../plan/historic-inputs.ts'
import { isAsPlanned } from './changed-inputs.ts'
import { type Contents, isRegular, type Place } from './kept-contents.ts'

/**
 * What a version's hooks find otherwise than the folder has it today: its inputs as they were, and none of the files that
 * would be inputs today, but were not there; `said`: what its definition said of inputs, undefined where these files are not
 * known. Error: `version-gone` with what is not kept.
 */
export async function historicFolder(
  plan: Pick<Plan, 'file' | 'services' | 'inputs'>,
  ordinal: number,
  store: Contents,
  said: SaidOfInputs | undefined,
): Promise<HistoricInput[]> {
  const { inputs, missing } = await historicInputs(plan.inputs, store)
  if (missing.length > 0) throw productError('version-gone', { ordinal, missing })
  if (!said) return inputs
  const [service] = plan.services
  const then = new Set([lockPath(plan.file), ...plan.inputs.map(([name]) => name)])
  const kept = new Map(
    inputs.flatMap((input) =>
      input.kind === 'file' ? [[fromRoot(store.checkout, input.path), input.open] as const] : [],
    ),
  )
  const today = service ? await inputsToday(store.checkout, plan.file, mergedOf(service), said, kept) : []
  const later = today.filter((name) => !then.has(name))
  return [...inputs, ...later.map((name): HistoricInput => ({ kind: 'absent', path: name }))]
}

/** The inputs beside the build's that the folder has otherwise today, and those that cannot be had as they were. */
export async function historicInputs(
  inputs: InputFile[],
  store: Contents,
): Promise<{ inputs: HistoricInput[]; missing: string[] }> {
  const { checkout } = store
  const found: HistoricInput[] = []
  const missing: string[] = []
  const others: { input: InputFile; place: Place; isGone: boolean }[] = []
  for (const input of inputs) {
    const place = { root: checkout.root, name: fromRoot(checkout, input[0]) }
    if ((await isAsPlanned(checkout, checkout.folder, input)) && !checkout.differing.has(place.name)) continue
    const isGone = checkout.linkTarget(place.name) === undefined && !(await store.hash(place))
    others.push({ input, place, isGone })
  }
  const ignored = await checkout.ignored(others.flatMap(({ place, isGone }) => (isGone ? [place.name] : [])))
  for (const { input, place, isGone } of others) {
    const [name, executable, content] = input
    const [, target] = /^-> (.*)$/s.exec(content) ?? []
    const [, commit] = /^commit (.*)$/s.exec(content) ?? []
    const kept = isRegular(input) ? await store.find(content, place) : undefined
    // Hooks never find what git ignores, not even if it is an input.
    if (ignored.has(place.name)) missing.push(name)
    // Not only its inputs are read: what else is in it would be that of another commit.
    else if (commit !== undefined) missing.push(`the submodule ${name} at ${commit.slice(0, 12)}`)
    else if (target !== undefined) found.push({ kind: 'link', path: name, target, isGone })
    else if (kept) {
      const open = () => openInside(kept.root, kept.name)
      found.push({ kind: 'file', path: name, isGone, executable, sha256: content, open })
    } else missing.push(name)
  }
  return { inputs: [...differingLinks(checkout), ...found], missing }
}
