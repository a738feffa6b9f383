import { existsSync } from 'node:fs'
import type { Environment } from '../../shared/environment.ts'
import type { Run } from '../../shared/operation.ts'
import { pruneRecipes } from '../build/prune-recipes.ts'
import { removeUnleased } from '../container/container-leases.ts'
import { forgetRemote } from '../data/data-remote.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import { removeData, requireUnusedByOthers } from '../data/volume-layers/remove-data.ts'
import { removeContainer } from '../docker/containers.ts'
import { listTags, removeTag } from '../docker/images.ts'
import { awaitReady } from '../environment/await-ready.ts'
import { readCurrentState, removeLeftovers } from '../environment/current-state.ts'
import { findService, type ServiceName } from '../environment/find-service.ts'
import { launchOfEnvironment } from '../environment/image/launch-version.ts'
import { placeContentFiles } from '../environment/place-content-files.ts'
import { removeUnfinished } from '../environment/recover-interrupted.ts'
import { resumeExisting } from '../environment/resume-existing.ts'
import { removeNetworks } from '../environment/set/remove-networks.ts'
import { restartedWith } from '../environment/set/start-order.ts'
import { needsOf } from '../environment/set/start-services.ts'
import { stopSet } from '../environment/set/stop-set.ts'
import { showEnvironment } from '../environment/show-environment.ts'
import { stopEnvironment } from '../environment/stop-environment.ts'
import { withWriterLock } from '../environment/with-writer-lock.ts'
import { clearIntent, writeIntent } from '../environment/write-ahead-intent.ts'
import { repositoryOf } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import { recoverLedger } from '../history/recover-ledger.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import { forgetLayer } from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'
import { forgetProject } from '../store/project-records.ts'

/** Stops a project's environment; its containers stay as they are. Errors: `busy`. */
export function stop(host: Host, project: Project, run: Run): Promise<Environment> {
  return withWriterLock(host, project, 'stop', run, async (run) => {
    const { facts } = await readCurrentState(host, project)
    const folder = host.home.project(project.key)
    // Only needed after a crash: a full disk must not prevent the stop.
    await writeIntent(folder, { kind: 'stop' }).catch(() => {})
    const ids = facts.containers.map(({ id }) => id)
    await stopEnvironment(host, project, facts, ids, run)
    await clearIntent(folder)
    return showEnvironment(host.home, (await readCurrentState(host, project)).facts)
  })
}

/**
 * Stops and starts a project's environment and runs the hooks of a start; with `service`, only that service and those
 * that depend on it with `restart: true`.
 * Errors: `environment-not-running` if there is none, `version-gone`, those of hooks and health; `busy`;
 * `service-unknown`, `service-missing`.
 */
export function restart(host: Host, project: Project, run: Run, service?: ServiceName): Promise<Environment> {
  return withWriterLock(host, project, 'restart', run, async (run) => {
    const { engine, facts } = await readCurrentState(host, project)
    const { containers } = facts
    const { id: blue } = await findService(host.home, project, facts, service)
    const launch = await launchOfEnvironment(host, project, facts)
    const launches = [launch, ...launch.others]
    const names = service === undefined ? undefined : restartedWith(service, needsOf(launches))
    const restarted = containers.filter((one) => names?.has(one.service) ?? true)
    const stopped = restarted.map(({ id }) => id)
    const folder = host.home.project(project.key)
    await writeIntent(folder, { kind: 'restart', blue, ...(names && { stops: stopped }) })
    await resumeExisting(engine, launch, { containers, stopped, folder }, run, () =>
      stopSet(engine, restarted, launches, run),
    )
    const reached = await readCurrentState(host, project)
    return showEnvironment(host.home, await awaitReady(host, project, launch, reached, run))
  })
}

/** What `remove` removed, by name. */
export interface Removed {
  containers: string[]
  volumes: string[]
  images: string[]
  /** What was removed from the data folder with the versions; null if they stay. */
  recipes: { count: number; bytes: number } | null
}

/**
 * Removes a project's environment. Its data and its versions stay unless `options` names them; its folder and its history
 * always stay. The versions' recipes are removed with them unless another project needs them, and so is the project's own
 * layer if its folder is gone. Removes nothing while other containers use the data.
 * Errors: `volume-in-use`; `busy`.
 */
export function remove(
  host: Host,
  project: Project,
  also: { data: boolean; versions: boolean },
  run: Run = silentRun(),
): Promise<Removed> {
  const folder = host.home.project(project.key)
  return withWriterLock(host, project, 'remove', run, async (run) => {
    await recoverLedger(host, project)
    const { engine, facts } = await readCurrentState(host, project)
    const data = { engine, key: project.key, folder }
    if (also.data) await requireUnusedByOthers(data)
    await removeLeftovers(engine, project, facts)
    const ids = facts.containers.map(({ id }) => id)
    if (!also.data && facts.state !== 'stopped') {
      // What a program holds in memory belongs to the data that stays.
      await writeIntent(folder, { kind: 'stop' }).catch(() => {})
      await stopEnvironment(host, project, facts, ids, run)
      await clearIntent(folder)
    }
    await Promise.all(ids.map((id) => removeContainer(engine, id)))
    if (facts.containers.length > 0) await appendLedger(folder, { kind: 'removed' })
    await removeNetworks(engine, project)
    await removeUnfinished(engine, project)
    await removeUnleased(host, engine, project)
    await placeContentFiles(engine, host.home, project, undefined, run)
    await removeMountPoints(engine, host.home, project)
    const volumes = also.data ? await removeData(data) : []
    if (also.data) await forgetRemote({ home: host.home, project })
    const repository = repositoryOf(project.key)
    const tags = also.versions ? [...(await listTags(engine, repository)).keys()] : []
    const images: string[] = []
    for (const image of tags.map((tag) => `${repository}:${tag}`)) {
      if (await removeTag(engine, image)) images.push(image)
    }
    const removed = { containers: facts.containers.map((container) => container.name), volumes, images }
    if (!also.versions) return { ...removed, recipes: null }
    await appendLedger(folder, { kind: 'released' })
    const { count, bytes } = await pruneRecipes(host, project.key)
    await forgetProject(host, project.key)
    // As long as the folder exists, its layer stays.
    if (!existsSync(project.path)) await forgetLayer(host.home, project.key)
    return { ...removed, recipes: { count, bytes } }
  })
}
