import type { InputChange } from '../../../shared/change.ts'
import type { Run } from '../../../shared/operation.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { Inventory } from '../../../shared/version.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import { envList } from '../../container/launch/exec-context.ts'
import { execContext, type Launch } from '../../container/launch/prepare-launch.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer } from '../../docker/containers.ts'
import type { Host } from '../../host/host.ts'
import { compareInventories } from '../../plan/compare-inventories.ts'
import { loadInventory, storeInventory } from '../../plan/plan-store.ts'
import { probeInventory } from './probe-inventory.ts'

/** At most this many differences are named. */
const MAX_NAMED = 5

/** A new container of a service, and the launch that made it. */
interface Started {
  launch: Launch
  id: string
}

/**
 * Probes the content of a version's images before any hook has run: once, and again if they were `rebuilt`, which then
 * reports differences. For a further service, what is known from `before`, the previous containers, is reused.
 */
export async function recordInventories(
  host: Pick<Host, 'home'>,
  engine: Engine,
  [first, ...further]: readonly Started[],
  { rebuilt, before }: { rebuilt: boolean; before: readonly EnvironmentContainer[] },
  run: Run,
): Promise<void> {
  await Promise.all([
    ...(first ? [recordInventory(host, engine, first, { rebuilt }, run)] : []),
    ...further.map(async (one) => {
      const { service, parts } = one.launch
      const same = rebuilt
        ? undefined
        : before.find((old) => old.service === service && old.image === parts.image.Id)
      const known = same && same.isEntry === false && (await loadInventory(host.home, same.version, service))
      if (known) await storeInventory(host.home, parts.version, known, service)
      else await recordInventory(host, engine, one, { rebuilt, service }, run)
    }),
  ])
}

async function recordInventory(
  host: Pick<Host, 'home'>,
  engine: Engine,
  { launch, id: container }: Started,
  { rebuilt, service }: { rebuilt: boolean; service?: string },
  run: Run,
): Promise<void> {
  const { version } = launch.parts
  const before = await loadInventory(host.home, version, service)
  if (before && !rebuilt) return
  const { env } = await execContext(engine, undefined, launch, container, { ...run, report: () => {} })
  const inventory = await probeInventory(engine, container, envList(env))
  // A one-shot that has ended cannot answer.
  if (isEmpty(inventory) && (before || !(await inspectContainer(engine, container))?.State.Running)) return
  await storeInventory(host.home, version, inventory, service)
  if (!before || isEmpty(before)) return
  const changes = compareInventories(before, inventory)
  const image = service === undefined ? 'The image' : `The image of ${sanitize(service)}`
  if (changes.length > 0)
    run.report({
      kind: 'warning',
      text: `${image} differs from before: it contains ${listChanges(changes)}.`,
    })
  else run.report({ kind: 'note', text: `${image} holds the same tools and packages as before.` })
}

/** An image that cannot answer also yields nothing. */
const isEmpty = ({ tools, packages }: Inventory): boolean =>
  Object.keys(tools).length + Object.keys(packages).length === 0

function listChanges(changes: InputChange[]): string {
  const shown = changes
    .slice(0, MAX_NAMED)
    .map(({ input, from, to }) => `${input} ${to ?? 'no longer'} (${from ?? 'new'})`)
  const more = changes.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
