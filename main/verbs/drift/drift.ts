import type { DriftReport } from '../../../shared/drift.ts'
import { hasServices } from '../../container/describe-environment.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import { retryRefused } from '../../docker/connection/retry-refused.ts'
import { readFiles } from '../../docker/read-files.ts'
import { apkDrift } from '../../drift/apk.ts'
import { dpkgDrift } from '../../drift/dpkg.ts'
import { groupFiles } from '../../drift/group-files.ts'
import { openImage } from '../../drift/image-files.ts'
import { npmDrift } from '../../drift/npm.ts'
import type { PackageDrift, Sources } from '../../drift/package-diff.ts'
import { deepestPaths, mergedPath, type PathChange } from '../../drift/paths.ts'
import { pipDrift } from '../../drift/pip.ts'
import { suggestChange } from '../../drift/suggest-change.ts'
import { type CurrentState, readCurrentState } from '../../environment/current-state.ts'
import { driftOfContainer } from '../../environment/drift-of-container.ts'
import { findServices, type ServiceName } from '../../environment/find-service.ts'
import type { Host } from '../../host/host.ts'
import { loadInventory } from '../../plan/plan-store.ts'
import type { Project } from '../../store/open-project.ts'

export interface DriftOptions {
  signal?: AbortSignal | undefined
  /** All services if undefined. */
  service?: ServiceName
}

/**
 * How the containers of a project's environment, or the container of one service, differ from their images, and the same
 * as a change of the definition. Runs nothing in the containers, so it also works for stopped ones.
 * Errors: `environment-not-running` if there is no environment, `version-gone` if the image is needed and gone;
 * `service-unknown`, `service-missing`.
 */
export function drift(host: Host, project: Project, options: DriftOptions = {}): Promise<DriftReport> {
  // A container may be replaced while it is being inspected.
  return retryRefused(() => findDrift(host, project, options))
}

async function findDrift(
  host: Host,
  project: Project,
  { signal, service }: DriftOptions,
): Promise<DriftReport> {
  const current = await readCurrentState(host, project)
  const { facts } = current
  const containers = await findServices(host.home, project, facts, service)
  const found = await Promise.all(
    containers.map(async (container) => ({
      service: container.service,
      found: await containerDrift(host, project, current, container, { signal }),
    })),
  )
  return {
    ...reportOf(found.map((one) => one.found)),
    services: hasServices(facts)
      ? found.map((one) => ({ service: one.service, ...reportOf([one.found]) }))
      : [],
  }
}

type ContainerDrift = Awaited<ReturnType<typeof containerDrift>>

/** The drift of several containers, combined. */
function reportOf(found: ContainerDrift[]): Omit<DriftReport, 'services'> {
  const groups = {
    packages: found.flatMap((one) => one.packages),
    configuration: found.flatMap((one) => one.configuration),
    files: found.flatMap((one) => one.files),
  }
  const automatic = new Set(found.flatMap((one) => one.automatic))
  return {
    drift: {
      ...groups,
      changes: found.reduce((sum, one) => sum + one.changes, 0),
      dotfiles: found.reduce((sum, one) => sum + one.dotfiles, 0),
    },
    change: suggestChange(groups, (change) => automatic.has(change)),
  }
}

async function containerDrift(
  host: Host,
  project: Project,
  { engine, history }: CurrentState,
  { id, image, version, service, mounts, isEntry = true }: EnvironmentContainer,
  run: Pick<DriftOptions, 'signal'>,
) {
  const folder = host.home.project(project.key)
  const [{ changes, dotfiles }, contents] = await Promise.all([
    driftOfContainer(engine, folder, { id, mounts }),
    loadInventory(host.home, version, isEntry ? undefined : service),
  ])
  const ordinal = history.versions.find((known) => known.id === version)?.ordinal ?? null
  const opened = openImage(engine, { key: project.key, folder }, { image, ordinal }, run)
  try {
    const found = await findPackages(changes, {
      container: (path, wanted = () => true) => readFiles(engine, id, path, wanted, run),
      image: opened.read,
      known: contents?.packages ?? {},
    })
    const owned = found.flatMap((one) => one.owned)
    return {
      packages: found.flatMap((one) => one.packages),
      automatic: found.flatMap((one) => one.packages.filter(({ name }) => one.automatic.has(name))),
      ...groupFiles(changes, owned),
      changes: deepestPaths(changes).length,
      dotfiles: dotfiles.length,
    }
  } finally {
    await opened.close()
  }
}

/**
 * Reads each package database. A file of the system's package manager is not attributed to the other package managers.
 */
async function findPackages(changes: PathChange[], sources: Sources): Promise<PackageDrift[]> {
  const system = await Promise.all([dpkgDrift(changes, sources), apkDrift(changes, sources)])
  const owned = new Set(system.flatMap((one) => one.owned).map(mergedPath))
  const rest = changes.filter(({ path }) => !owned.has(mergedPath(path)))
  return [...system, await npmDrift(rest, sources), await pipDrift(rest, sources)]
}
