import type { Run } from '../../shared/operation.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { warn } from '../container/start/start-container.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listContainers, removeContainer } from '../docker/containers.ts'
import { listTags, removeTag } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { foldLedger } from '../history/fold-ledger.ts'
import { isBuildingTag, pointKnownGood, removeStrayNames, repositoryOf } from '../history/image-names.ts'
import { readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { readCurrentState } from './current-state.ts'
import { recoverData, settle } from './recover-data.ts'
import { environmentOf, finishStop, restartPrevious, restorePlacedFiles } from './restart-previous.ts'
import { removeNetworks } from './set/remove-networks.ts'
import { removeOrStop } from './set/remove-or-stop.ts'
import { clearIntent, containersBefore, isMadeBy, readIntent } from './write-ahead-intent.ts'

/**
 * Finishes or undoes unfinished work. What was being built is removed. After a swap, the new containers stay if they had
 * become the current ones; otherwise they are removed and the old ones run again. After a restart, what was stopped runs
 * again. A stop is finished. Without an intent, nothing changes, and it can be repeated. Only for the project's writer.
 */
export async function recoverInterrupted(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  const intent = await readIntent(folder)
  if (!intent) return recoverData(host, project, run)
  const { engine, facts, history } = await readCurrentState(host, project)
  const all = [...facts.containers, ...facts.leftovers]
  const isCurrent = ({ id }: EnvironmentContainer) => history.containers.includes(id)
  const isSwap = intent.kind === 'swap' || intent.kind === 'swap-set'
  const green = all.filter((one) => isMadeBy(intent, one))
  // A version is in the ledger before it starts. If it is not, the ledger was lost and shows nothing about the swap.
  const { versions } = foldLedger((await readLedger(folder)).events)
  const lost = green.length > 0 && !green.some((one) => versions.some(({ id }) => id === one.version))
  const undone = isSwap && !lost && !green.some(isCurrent)
  const { blue: ids, stops } = containersBefore(intent)
  const back = undone || intent.kind === 'restart'
  const blue = back ? all.filter(({ id }) => ids.includes(id)) : []
  const doomed = undone ? all.filter((one) => !blue.includes(one) && !isCurrent(one)) : facts.leftovers
  await removeDoomed(engine, doomed, run)
  await removeUnfinished(engine, project)
  await removeStrayNames(engine, project.key, history)
  const kept = all.filter((one) => !doomed.includes(one))
  await settle(engine, project, folder, kept, run)
  const sets = kept.flatMap(({ set }) => set ?? [])
  await removeNetworks(engine, project, sets)
  if (undone) await restorePlacedFiles(host, project, engine, all.filter(isCurrent), run)
  const stopped = blue.filter(({ id, running }) => stops.includes(id) || !running)
  const isWholeRestart = intent.kind === 'restart' && intent.stops === undefined
  const stopping =
    intent.kind === 'stop'
      ? facts.containers
      : isWholeRestart
        ? facts.containers.filter(() => blue.length > 0)
        : stopped
  for (const one of stopping) if (one.running) await finishStop(engine, one, run)
  if (stopped.length > 0) {
    const again = isWholeRestart ? facts.containers : stopped
    await restartPrevious(host, project, environmentOf(facts, blue), again, run)
  }
  await pointKnownGood(engine, project.key, history)
  await removeMountPoints(engine, host.home, project)
  await clearIntent(folder)
}

/**
 * Removes unwanted containers. One that the engine only stops does not prevent the start of the others: a later command
 * removes it. Error: `engine-refused` for one that may run.
 */
async function removeDoomed(engine: Engine, doomed: EnvironmentContainer[], run: Run): Promise<void> {
  const removals = doomed.map(async ({ id, name }) => {
    const put = await removeOrStop(engine, id)
    if (put.kind === 'stopped') warn(run, `${name} could not be removed, and is stopped`)(put.why)
  })
  await Promise.all(removals)
}

/** Removes what an unfinished build left: the containers that bake, and the names of incomplete images. */
export async function removeUnfinished(engine: Engine, project: Project): Promise<void> {
  const repository = repositoryOf(project.key)
  const [bakes, tags] = await Promise.all([
    listContainers(engine, [`${LABEL.project}=${project.key}`, `${LABEL.role}=bake`]),
    listTags(engine, repository),
  ])
  await Promise.all(bakes.map((container) => removeContainer(engine, container.Id)))
  for (const tag of [...tags.keys()].filter(isBuildingTag)) await removeTag(engine, `${repository}:${tag}`)
}
