import type { ChangeDetail, InputChange } from '../../shared/change.ts'
import { cutAround } from '../../shared/cut-around.ts'
import type { Plan, PlanService } from '../../shared/plan.ts'
import { comparePlans, hasSeveral, onlyImage } from '../plan/compare-plans.ts'
import type { Home } from '../store/home.ts'
import { compareLines } from './compare-lines.ts'
import type { ComparedPlan } from './compared-plan.ts'
import { comparePackages } from './lockfiles/compare-packages.ts'
import { isReadable, readLockfile } from './lockfiles/read-lockfile.ts'
import { imageMoved } from './moved-images.ts'
import { withOptionName } from './option-names.ts'
import { readContent } from './planned-content.ts'

/** So many lockfiles are read, and so many things are named of each change. */
const MAX_FILES = 10
const MAX = 20
/** In characters: longer names, versions and lines are cut. */
const LONGEST = 120

/**
 * How two plans differ, with what is different inside of the inputs as far as it can be known: the packages of lockfiles,
 * the lines of Dockerfiles, the versions of images that moved, the options of features by their names. What cannot be
 * read is a difference without such a detail.
 */
export function explainChanges(home: Home, before: ComparedPlan, after: ComparedPlan): InputChange[] {
  const changes = comparePlans(before.plan, after.plan)
  const files = changes.filter(({ kind, input }) => kind === 'file' && isReadable(input)).slice(0, MAX_FILES)
  return changes.map((change) => {
    const detail = files.includes(change)
      ? packagesOf(home, change, before, after)
      : detailOf(change, before, after)
    return detail ? { ...change, detail } : withOptionName(home, change, before, after)
  })
}

function detailOf(change: InputChange, before: ComparedPlan, after: ComparedPlan): ChangeDetail | undefined {
  if (change.kind === 'dockerfile') return linesOf(change, before, after)
  if (change.kind === 'pin') return imageMoved(change, before, after)
  return undefined
}

function packagesOf(
  home: Home,
  { input, from, to }: InputChange,
  before: ComparedPlan,
  after: ComparedPlan,
): ChangeDetail | undefined {
  const read = (content: string | null, { folder }: ComparedPlan) => {
    const text = readContent(home, content, input, folder?.path)
    return text === undefined ? undefined : readLockfile(input, text)
  }
  const old = read(from, before)
  const now = old && read(to, after)
  const found = old && now ? comparePackages(old, now) : []
  if (found.length === 0) return undefined
  const packages = found
    .slice(0, MAX)
    .map(({ name, from, to }) => ({ name: cut(name), from: cutOr(from), to: cutOr(to) }))
  return { kind: 'packages', packages, count: found.length }
}

function linesOf(
  { input }: InputChange,
  before: ComparedPlan,
  after: ComparedPlan,
): ChangeDetail | undefined {
  const at = after.plan.services.findIndex(({ name }) => isOf(input, name, before.plan, after.plan))
  const now = after.plan.services[at]
  const old = before.plan.services.find(({ name }) => name === now?.name)
  // An image that is named in the definition has no file of its own.
  if (!now || !old || onlyImage(now) !== undefined || onlyImage(old) !== undefined) return undefined
  const found = compareLines(old.dockerfile, now.dockerfile, after.folder?.lines[at])
  if (!found || found.length === 0) return undefined
  const lines = found.slice(0, MAX).map(({ line, from, to }) => {
    if (from === null || to === null) return { line, from: cutOr(from), to: cutOr(to) }
    const [before, now] = cutAround(from, to, LONGEST)
    return { line, from: before, to: now }
  })
  return { kind: 'lines', lines, count: found.length }
}

/** With several services each change names its service; see `comparePlans`. */
const isOf = (input: string, service: PlanService['name'], ...plans: Plan[]): boolean =>
  !hasSeveral(...plans) || input.startsWith(`${service}: `)

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
const cutOr = (text: string | null): string | null => text && cut(text)
