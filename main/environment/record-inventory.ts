import type { InputChange } from '../../shared/change.ts'
import type { Run } from '../../shared/operation.ts'
import type { Contents } from '../../shared/version.ts'
import { envList } from '../container/exec-context.ts'
import { execContext, type Launch } from '../container/prepare-launch.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { Host } from '../host/host.ts'
import { compareContents } from '../plan/compare-inventories.ts'
import { loadContents, storeContents } from '../plan/plan-store.ts'
import { probeContents } from './probe-inventory.ts'

/** Of what differs up to this much is named. */
const MOST_NAMED = 5

/**
 * Looks what a version's image holds, before any hook has run: once, and again when it was `rebuilt`. What differs then
 * is said.
 */
export async function lookInside(
  host: Host,
  engine: Engine,
  launch: Launch,
  container: string,
  rebuilt: boolean,
  run: Run,
): Promise<void> {
  const { version } = launch.parts
  const before = await loadContents(host.home, version)
  if (before && !rebuilt) return
  const { env } = await execContext(engine, undefined, launch, container)
  const contents = await probeContents(engine, container, envList(env))
  if (before && isEmpty(contents)) return
  await storeContents(host.home, version, contents)
  if (!before || isEmpty(before)) return
  const changes = compareContents(before, contents)
  if (changes.length > 0)
    run.report({ kind: 'warning', text: `Otherwise than before, the image holds ${listChanges(changes)}.` })
  else run.report({ kind: 'note', text: 'The image holds the same tools and packages as before.' })
}

/** Nothing is found in an image that cannot answer, too. */
const isEmpty = ({ tools, packages }: Contents): boolean =>
  Object.keys(tools).length + Object.keys(packages).length === 0

function listChanges(changes: InputChange[]): string {
  const shown = changes
    .slice(0, MOST_NAMED)
    .map(({ input, from, to }) => `${input} ${to ?? 'no longer'} (${from ?? 'new'})`)
  const more = changes.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
