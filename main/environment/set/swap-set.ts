import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { chownMounts } from '../../container/chown-mounts.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import type { Start } from '../../container/last-start.ts'
import { managedVolumes } from '../../container/launch/create-request.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { PreparedData } from '../../data/stacks/prepare-data.ts'
import type { ExistingVolume, FilledBy, ManagedVolume } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { removeContainer } from '../../docker/containers.ts'
import { createNetwork } from '../../docker/networks.ts'
import { assertNewUsers } from './assert-new-users.ts'
import type { Comparison } from './compare-volumes.ts'
import { createMember, createMembers, type Member, putStackFiles } from './create-member.ts'
import { type NewSet, newSet } from './new-set.ts'
import { removeNetworks } from './remove-networks.ts'
import { requireExternal } from './require-external.ts'
import { seedData, warningOnce } from './seed-data.ts'
import { chooseSetPorts, movePort, prepareSetData } from './set-resources.ts'
import { firstStart, warn } from './start-container.ts'
import { assertServices, awaitedOf, startServices } from './start-services.ts'
import { stopContested } from './stop-contested.ts'
import { undo } from './undo-swap.ts'

/** The inputs and callbacks of a swap. */
export interface Swap {
  engine: Engine
  /** The data folder of this Pristine. */
  home: string
  /** Labels of the container that a person works in for other tools; those that the definition names itself come first. */
  labels: Record<string, string>
  /** The id of the image from which that container is created: the version's, or one beside it. */
  image: string
  /** That container's, with those of the other services. */
  launch: Launch
  /** The environment that is there, to be replaced; first the container that a person works in. */
  blue: EnvironmentContainer[]
  /** Completes the data of those of the blue ones, by their ids, that are about to be stopped. */
  freezeBlue: (ids: string[], run: Run) => Promise<void>
  /** Stops those of the blue ones, by their ids, that hold what the new ones need. */
  stopBlue: (contested: string[]) => Promise<void>
  /** Starts those of the blue ones again that were stopped, by their ids, with the hooks of their own version. */
  resumeBlue: (stopped: string[]) => Promise<void>
  /** Determines the volumes of the engine for those of the new containers; `fillerOf` says what fills one that is new. */
  prepareData: (
    volumes: ManagedVolume[],
    fillerOf: (volume: ManagedVolume) => Omit<FilledBy, 'place'>,
  ) => Promise<PreparedData>
  /** Begins to compare what the version has with what fills the volumes that hold data already. */
  compareVolumes: (kept: ExistingVolume[]) => Comparison
  /** Called when the new containers run, before the hooks; first the one that a person works in. */
  started: (members: readonly Member[]) => Promise<void>
  /** Called once they are ready, for what the person puts into it. */
  personalize: (container: string) => Promise<void>
  /**
   * Called after that, before the old ones go: makes these containers, by their ids, the current ones. `completed`: the
   * services that have done what they are for, by their names. `data`: the id of the change of the data that counts from now
   * on.
   */
  becomeCurrent: (
    start: Start,
    set: { containers: string[]; completed: string[]; data: string | undefined },
  ) => Promise<void>
  /**
   * Puts on the disk what is about to be done: called with the new set's name before anything of it is created, and again
   * before old containers, by their ids, are stopped.
   */
  writeIntent: (set: string, stops: string[]) => Promise<void>
  /** Called when a failed swap was undone whole. */
  clearIntent: () => Promise<void>
  /** Called before the new containers start, for what their version has in the person's folder. */
  placeFiles: () => Promise<void>
  /** Undoes that, before the old ones start again. */
  restoreFiles: () => Promise<void>
  /** Called when a container is gone. */
  onRemoved: () => Promise<void>
  /** Removes the old containers in the background; what is left of them is removed by a later command. */
  inBackground: (removal: Promise<void>) => void
}

/**
 * Replaces an environment: the new containers and their networks are created before the old ones are touched, and the old
 * ones are removed only after all of the new ones are ready. On any failure the new ones are removed and the old ones run
 * again.
 * Errors: `external-missing`, those of starting, hooks and health; `cancelled`; `not-restored` when the old ones do not become ready again.
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
    await stopContested(swap, made, { data: true }, run)
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
    const completed = await assertServices(engine, made.members.slice(1), awaitedOf(launches), run)
    await comparison.report(entry.id)
    await swap.personalize(entry.id)
    const ids = made.members.map(({ id }) => id)
    await swap.becomeCurrent(begun, { containers: ids, completed, data: data.change })
  } catch (error) {
    const lost = await undo(swap, made, run)
    if (lost === undefined) throw error
    const { isBlocked } = lost
    const why = isBlocked ? detailOf(lost.why) : messageOf(lost.why)
    throw productError('not-restored', { failed: messageOf(error), why, isBlocked }, { cause: error })
  }
  // What is not recorded now is by the next command: the containers carry the change's id.
  await data.commit().catch(warn(run, 'The change of the data is not recorded yet'))
  // Of a set whose containers somebody removed there still are networks.
  if (blue.length > 0 || launch.parts.composed) swap.inBackground(removeBlue(swap, made.set, run))
}

const NO_DATA =
  'data.seed does not run: the environment has no volumes, and so no data that stays. Name some in "mounts" or the Compose files.'

/** What a swap has made and stopped so far. */
export interface Made {
  set: NewSet
  data: PreparedData
  /** Once all are there, first the one that a person works in. */
  members: Member[]
  /** The ids of old containers. */
  stops: string[]
  /** Whether there may be a container of the set that is none of these: the engine did not say. */
  mayBeMore?: boolean
}

/** Creates a container once more if another program took its port meanwhile, and that may be another one. */
async function withOtherPort(
  swap: Swap,
  made: Made,
  member: Member,
  error: unknown,
  run: Run,
): Promise<void> {
  const ports = await movePort(swap.engine, error, member.ports)
  if (!ports) throw error
  await removeContainer(swap.engine, member.id)
  if (member.launch.parts.composed === undefined) {
    made.set = newSet(member.launch)
    await swap.writeIntent(made.set.name, made.stops)
  }
  Object.assign(member, await createMember(swap, made, made.data, member.launch, ports, run))
  await putStackFiles(swap.engine, [member], run)
}

/** The old containers, those that need others first, and networks that are in use no more. */
async function removeBlue({ engine, launch, blue, onRemoved }: Swap, set: NewSet, run: Run): Promise<void> {
  for (const { id, name } of blue)
    await removeContainer(engine, id)
      .then(onRemoved)
      .catch(warn(run, `${name} is no longer used and could not be removed`))
  await removeNetworks(engine, launch.parts.project, [set.name]).catch(
    warn(run, 'Networks that are no longer used could not be removed'),
  )
}

/** What the engine said itself. */
const detailOf = (error: unknown): string => (isProductError(error) && error.why) || messageOf(error)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
