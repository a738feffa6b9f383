import type { ChangeDetail, InputChange } from '../../shared/change.ts'
import type { Inventory } from '../../shared/version.ts'
import type { History, VersionRecord } from '../history/fold-ledger.ts'
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
 * where nothing else can have brought that: one service, whose Dockerfile has one stage and is the same.
 */
export function imageMoved(
  { input, from: old, to: now }: InputChange,
  before: ComparedPlan,
  after: ComparedPlan,
): ChangeDetail | undefined {
  if (old === null || now === null || dockerfileOf(before) !== dockerfileOf(after) || !hasOneBase(after))
    return undefined
  const from = versionIn(before.contents, input)
  const to = versionIn(after.contents, input)
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
    if (!before || !open.every(({ input, from }) => pinOf(before, input) === from)) continue
    return because.map((change) => {
      const detail = open.includes(change) ? imageMoved(change, before, after) : undefined
      return detail ? { ...change, detail } : change
    })
  }
  return because
}

const pinOf = ({ plan: { services } }: ComparedPlan, reference: string): string | undefined =>
  services[0]?.images[reference]?.split('@')[1]

const dockerfileOf = ({ plan: { services } }: ComparedPlan): string | undefined => services[0]?.dockerfile

const hasOneBase = (side: ComparedPlan): boolean =>
  side.plan.services.length === 1 && dockerfileOf(side)?.match(/^\s*FROM\s/gim)?.length === 1

function versionIn(contents: Inventory | null | undefined, reference: string): string | undefined {
  const name = /([^/:@]+)(?::[^/:@]*)?(?:@.*)?$/.exec(reference)?.[1] ?? ''
  const [database, release] = (Object.hasOwn(RELEASES, name) && RELEASES[name]) || []
  if (database !== undefined && release !== undefined) return contents?.packages[database]?.[release]
  return contents?.tools[Object.hasOwn(TOOLS, name) ? (TOOLS[name] ?? name) : name]
}
