import type { InputChange } from '../../shared/change.ts'
import type { Run } from '../../shared/operation.ts'
import type { Inventory } from '../../shared/version.ts'
import { envList } from '../container/exec-context.ts'
import { execContext, type Launch } from '../container/prepare-launch.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { Host } from '../host/host.ts'
import { compareInventories } from '../plan/compare-inventories.ts'
import { loadInventory, storeInventory } from '../plan/plan-store.ts'
import { probeInventory } from './probe-inventory.ts'

/** Of what differs up to this much is named. */
const MAX_NAMED = 5

/**
 * Looks what a version's image holds, before any hook has run: once, and again when it was `rebuilt`. Differences are
 * then reported.
 */
export async function recordInventory(
  host: Host,
  engine: Engine,
  launch: Launch,
  container: string,
  rebuilt: boolean,
  run: Run,
): Promise<void> {
  const { version } = launch.parts
  const before = await loadInventory(host.home, version)
  if (before && !rebuilt) return
  const { env } = await execContext(engine, undefined, launch, container)
  const inventory = await probeInventory(engine, container, envList(env))
  if (before && isEmpty(inventory)) return
  await storeInventory(host.home, version, inventory)
  if (!before || isEmpty(before)) return
  const changes = compareInventories(before, inventory)
  if (changes.length > 0)
    run.report({
      kind: 'warning',
      text: `The image differs from before: it contains ${listChanges(changes)}.`,
    })
  else run.report({ kind: 'note', text: 'The image holds the same tools and packages as before.' })
}

/** Nothing is found in an image that cannot answer, too. */
const isEmpty = ({ tools, packages }: Inventory): boolean =>
  Object.keys(tools).length + Object.keys(packages).length === 0

function listChanges(changes: InputChange[]): string {
  const shown = changes
    .slice(0, MAX_NAMED)
    .map(({ input, from, to }) => `${input} ${to ?? 'no longer'} (${from ?? 'new'})`)
  const more = changes.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
