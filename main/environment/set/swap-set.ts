import { isProductError, productError, reportOf } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { managedVolumes } from '../../container/launch/managed-volumes.ts'
import { chownMounts } from '../../container/start/chown-mounts.ts'
import { firstStart, warn } from '../../container/start/start-container.ts'
import { removeContainer } from '../../docker/containers.ts'
import { createNetwork } from '../../docker/networks.ts'
import { addStateToError } from './add-state-to-error.ts'
import { assertNewUsers } from './assert-new-users.ts'
import { chooseSetPorts, movePort, prepareSetData } from './choose-ports-and-volumes.ts'
import { createMembers, createServiceContainer, putStackFiles } from './create-service-container.ts'
import { missingContentWarnings } from './missing-content.ts'
import { type NewSet, newSet } from './new-set.ts'
import { removeNetworks } from './remove-networks.ts'
import { requireExternal } from './require-external.ts'
import { seedData, warningOnce } from './seed-data.ts'
import { restartedWith } from './start-order.ts'
import { assertServices, inStartOrder, needsOf, startServices } from './start-services.ts'
import { stopBlockingContainers } from './stop-blocking-containers.ts'
import type { Made, Member, Swap } from './swap.ts'
import { undo } from './undo-swap.ts'

/**
 * Replaces an environment: the new containers and their networks are created before the old ones are touched, and the old
 * ones are removed only after all of the new ones are ready. On any failure, the new ones are removed and the old ones
 * run again.
 * Errors: `external-missing`, those of starting, hooks and health; `cancelled`; `not-restored` if the old ones do not
 * become ready again.
 */
export async function swap(swap: Swap, given: Run): Promise<void> {
  const run = warningOnce(given)
  const { engine, launch, blue } = swap
  const launches = [launch, ...launch.others]
  await requireExternal(engine, launches)
  const ports = await chooseSetPorts(engine, launches, blue)
  const { data, fresh, kept } = await prepareSetData(launch, swap.prepareData)
  if (launch.seed && launches.every(({ parts }) => managedVolumes(parts).length === 0))
    run.report({ kind: 'warning', text: NO_DATA })
  for (const text of await missingContentWarnings(launch)) run.report({ kind: 'warning', text })
  await using comparison = swap.compareVolumes(kept)
  const set = newSet(launch)
  const made: Made = { set, data, members: [], stops: [] }
  await swap.writeIntent(set.name, [])
  for (const one of launches) await one.makeMountPoints()
  try {
    await data.begin(run)
    for (const { name, spec } of set.networks) await createNetwork(engine, name, spec, run)
    if (data.seeding) await seedData(swap, made, data.seeding, run)
    const entry = await createMembers(swap, made, data, (one) => ports.get(one) ?? [], run)
    await assertNewUsers(swap, made, entry.id, run)
    await stopBlockingContainers(swap, made, { data: true }, run)
    await data.fill(run)
    await putStackFiles(engine, made.members, run)
    await swap.placeFiles()
    const begun = await startServices(
      engine,
      made.members,
      (member, error) => withOtherPort(swap, made, member, error, run),
      run,
    )
    await swap.started(made.members)
    await chownMounts(engine, launch, entry.id, fresh, run)
    await firstStart(engine, launch, entry.id, run)
    await comparison.report(made.members)
    await swap.personalize(entry.id)
    const completed = await assertServices(engine, made.members, launch, run)
    const ids = made.members.map(({ id }) => id)
    await swap.becomeCurrent(begun, { containers: ids, completed, data: data.change })
  } catch (error) {
    const failure = blue.length === 0 ? addStateToError(error, 'none') : error
    run.report({ kind: 'undoing', error: reportOf(failure) })
    const lost = await undo(swap, made, run)
    if (lost === undefined) throw error
    const { isBlocked } = lost
    const why = isBlocked ? detailOf(lost.why) : messageOf(lost.why)
    throw productError('not-restored', { failed: messageOf(error), why, isBlocked }, { cause: error })
  }
  // If this fails, the next command records the change: the containers carry its id.
  await data.commit().catch(warn(run, 'The change of the data is not recorded yet'))
  // A set whose containers were removed by somebody still has networks.
  if (blue.length > 0 || launch.parts.composed) swap.inBackground(removeBlue(swap, made.set, run))
}

const NO_DATA =
  'data.seed does not run: the environment has no volumes, and so no data that stays. Name some in "mounts" or the Compose files.'

/**
 * Creates a container again if another program has taken its port meanwhile and the port may change. What shares its network
 * or processes was created with that container, and is created again with it; it waits for its start, so it does not run.
 */
async function withOtherPort(
  swap: Swap,
  made: Made,
  member: Member,
  error: unknown,
  run: Run,
): Promise<void> {
  const ports = await movePort(swap.engine, error, member.ports)
  if (!ports) throw error
  const launches = made.members.map(({ launch }) => launch)
  const services = restartedWith(member.launch.service, needsOf(launches))
  const again = inStartOrder(launches).flatMap((launch) =>
    services.has(launch.service) ? made.members.filter((one) => one.launch === launch) : [],
  )
  for (const { id } of again.toReversed()) await removeContainer(swap.engine, id)
  if (member.launch.parts.composed === undefined) {
    made.set = newSet(member.launch)
    await swap.writeIntent(made.set.name, made.stops)
  }
  for (const one of again) {
    const own = one === member ? ports : one.ports
    Object.assign(one, await createServiceContainer(swap, made, made.data, one.launch, own, run))
  }
  await putStackFiles(swap.engine, again, run)
}

/** Removes the old containers, each before those that it needs, and networks that are no longer in use. */
async function removeBlue({ engine, launch, blue, onRemoved }: Swap, set: NewSet, run: Run): Promise<void> {
  for (const { id, name } of blue)
    await removeContainer(engine, id)
      .then(onRemoved)
      .catch(warn(run, `${name} is no longer used and could not be removed`))
  await removeNetworks(engine, launch.parts.project, [set.name]).catch(
    warn(run, 'Networks that are no longer used could not be removed'),
  )
}

/** The engine's own message. */
const detailOf = (error: unknown): string => (isProductError(error) && error.why) || messageOf(error)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
