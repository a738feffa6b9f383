import type { DriftReport } from '../../shared/drift.ts'
import { productError } from '../../shared/errors.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { retryRefused } from '../docker/connection/retry-refused.ts'
import { containerChanges } from '../docker/containers.ts'
import { readFiles } from '../docker/read-files.ts'
import { apkDrift } from '../drift/apk.ts'
import { dpkgDrift } from '../drift/dpkg.ts'
import { groupFiles } from '../drift/group-files.ts'
import { openImage } from '../drift/image-files.ts'
import { npmDrift } from '../drift/npm.ts'
import type { PackageDrift, Sources } from '../drift/packages.ts'
import { driftedPaths, mergedPath, type PathChange } from '../drift/paths.ts'
import { pipDrift } from '../drift/pip.ts'
import { suggestChange } from '../drift/suggest-change.ts'
import { withoutDotfiles } from '../environment/apply-dotfiles.ts'
import { type CurrentState, readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import { loadInventory } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'

type Signal = { signal?: AbortSignal | undefined }

/**
 * What the containers of a project's environment hold that their image does not, and how it would read as a change of
 * the definition. Nothing runs in the containers, so a stopped one can be asked too.
 * Errors: `environment-not-running` when there is none, `version-gone` when the image is needed and gone.
 */
export function drift(host: Host, project: Project, run: Signal = {}): Promise<DriftReport> {
  // A container may be replaced while it is inspected.
  return retryRefused(() => findDrift(host, project, run))
}

async function findDrift(host: Host, project: Project, run: Signal): Promise<DriftReport> {
  const current = await readCurrentState(host, project)
  const { containers } = current.facts
  if (containers.length === 0) throw productError('environment-not-running', { name: project.name })
  const found = await Promise.all(
    containers.map((container) => containerDrift(host, project, current, container, run)),
  )
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
  { id, image, version, mounts }: EnvironmentContainer,
  run: Signal,
) {
  const [listed, contents] = await Promise.all([
    containerChanges(engine, id),
    loadInventory(host.home, version),
  ])
  const { rest, fromDotfiles: brought } = await withoutDotfiles(host.home.project(project.key), id, listed)
  const changes = driftedPaths(rest, mounts)
  const ordinal = history.versions.find((known) => known.id === version)?.ordinal ?? null
  const opened = openImage(engine, project.key, { image, ordinal }, run)
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
      changes: changes.length,
      dotfiles: driftedPaths(brought, mounts).length,
    }
  } finally {
    await opened.close()
  }
}

/** Asks each database. What the system's package manager brought is not the others' doing. */
async function findPackages(changes: PathChange[], sources: Sources): Promise<PackageDrift[]> {
  const system = await Promise.all([dpkgDrift(changes, sources), apkDrift(changes, sources)])
  const owned = new Set(system.flatMap((one) => one.owned).map(mergedPath))
  const rest = changes.filter(({ path }) => !owned.has(mergedPath(path)))
  return [...system, await npmDrift(rest, sources), await pipDrift(rest, sources)]
}
