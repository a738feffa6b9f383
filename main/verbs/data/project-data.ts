import type { DataCapture, ProjectData } from '../../../shared/data.ts'
import { gatherData, managedVolumeNames } from '../../data/volume-layers/data-facts.ts'
import { stackOf } from '../../data/volume-layers/layered-volumes.ts'
import { knownOverlays } from '../../data/volume-layers/overlay-support.ts'
import { labelOf } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { bytesOfVolumes, diskUsage } from '../../docker/disk-usage.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * The data of a project: its volumes with their sizes and the services that mount them, and how the engine captures them.
 * Errors: `data-record-unreadable`, those of the engine.
 */
export async function readProjectData(host: Host, project: Project): Promise<ProjectData> {
  const { engine, facts } = await readCurrentState(host, project)
  const { key } = project
  const [data, usage, capture] = await Promise.all([
    gatherData({ engine, key, folder: host.home.project(key) }),
    diskUsage(engine),
    captureOf(host, engine),
  ])
  const volumes = managedVolumeNames(data).map((name) => {
    const { layers, mount } = stackOf(data.state, name)
    return {
      name: labelOf(key, { name }),
      services: facts.containers
        .filter((one) => mount !== null && one.volumes.includes(mount))
        .map(({ service }) => service),
      bytes: bytesOfVolumes(
        usage,
        layers.map(({ volume }) => volume),
      ),
      layers: layers.length,
    }
  })
  return { volumes, capture }
}

/** Podman can neither mount overlays of volumes nor copy files with their owners. */
async function captureOf(host: Host, engine: Engine): Promise<DataCapture> {
  if ((await engineVersion(engine)).name === 'Podman') return 'none'
  const overlays = await knownOverlays(host.home, engine)
  if (!overlays) return 'unknown'
  return overlays.work ? 'layers' : 'copies'
}
