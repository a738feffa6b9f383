import type { ChangeDetail, InputChange } from '../../shared/change.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { Inventory } from '../../shared/version.ts'
import type { History, VersionRecord } from '../history/fold-ledger.ts'
import { hasSeveral } from '../plan/compare-plans.ts'
import type { Home } from '../store/home.ts'
import { type ComparedPlan, storedPlan } from './compared-plan.ts'

/** What answers for an image, by the image's name, where that is not the name of its program. */
const TOOLS: Record<string, string> = {
  'eclipse-temurin': 'java',
  golang: 'go',
  openjdk: 'java',
  postgres: 'psql',
  python: 'python3',
  redis: 'redis-cli',
  rust: 'rustc',
}
/** The package of a distribution that carries its release. */
const RELEASES: Record<string, [database: string, name: string]> = {
  alpine: ['apk', 'alpine-release'],
  debian: ['dpkg', 'base-files'],
  ubuntu: ['dpkg', 'base-files'],
}

/**
 * The versions between which a pinned image moved, by what was found inside of the images that were built upon it. Only
 * where nothing else can have brought that: the service's Dockerfile has one stage and is the same.
 */
export function imageMoved(
  { input, from: old, to: now }: InputChange,
  before: ComparedPlan,
  after: ComparedPlan,
): ChangeDetail | undefined {
  const [one, other] = [partOf(before, after, input), partOf(after, before, input)]
  if (old === null || now === null || !one || !other) return undefined
  if (one.service.dockerfile !== other.service.dockerfile || !hasOneBase(other.service)) return undefined
  const from = versionIn(one.contents, one.reference)
  const to = versionIn(other.contents, other.reference)
  return from !== undefined && to !== undefined && from !== to ? { kind: 'moved', from, to } : undefined
}

/**
 * Why a version was made, with the versions between which images moved, which are known only once it ran. The older
 * side is the newest earlier version that was built on the old pin.
 */
export async function withMovedImages(
  home: Home,
  { versions }: Pick<History, 'versions'>,
  { id, ordinal, because }: VersionRecord,
): Promise<InputChange[]> {
  const open = because.filter(({ kind, detail }) => kind === 'pin' && !detail)
  const after = open.length > 0 ? await storedPlan(home, id) : undefined
  if (!after) return because
  for (const { id } of versions.filter((one) => one.ordinal < ordinal).reverse()) {
    const before = await storedPlan(home, id)
    if (!before || !open.every(({ input, from }) => pinOf(before, after, input) === from)) continue
    return because.map((change) => {
      const detail = open.includes(change) ? imageMoved(change, before, after) : undefined
      return detail ? { ...change, detail } : change
    })
  }
  return because
}

/**
 * The service of a version that an input is of, and the reference of the image; where either version has several, the input
 * names it: `db: postgres:15`.
 */
function partOf(side: ComparedPlan, beside: ComparedPlan, input: string) {
  const [first, ...further] = side.plan.services
  if (!hasSeveral(side.plan, beside.plan))
    return first && { service: first, reference: input, contents: side.contents }
  const isNamed = ({ name }: PlanService) => input.startsWith(`${name}: `)
  const service = first && isNamed(first) ? first : further.find(isNamed)
  if (!service) return undefined
  const contents = service === first ? side.contents : side.further?.get(service.name)
  return { service, reference: input.slice(service.name.length + 2), contents }
}

function pinOf(side: ComparedPlan, beside: ComparedPlan, input: string): string | undefined {
  const part = partOf(side, beside, input)
  return part?.service.images[part.reference]?.split('@')[1]
}

const hasOneBase = ({ dockerfile }: PlanService): boolean => dockerfile.match(/^\s*FROM\s/gim)?.length === 1

function versionIn(contents: Inventory | null | undefined, reference: string): string | undefined {
  const name = /([^/:@]+)(?::[^/:@]*)?(?:@.*)?$/.exec(reference)?.[1] ?? ''
  const [database, release] = (Object.hasOwn(RELEASES, name) && RELEASES[name]) || []
  if (database !== undefined && release !== undefined) return contents?.packages[database]?.[release]
  return contents?.tools[Object.hasOwn(TOOLS, name) ? (TOOLS[name] ?? name) : name]
}
