import { type ManagedVolume, volumeName } from '../../data/volumes.ts'
import { volumeNameFor } from '../../definition/devcontainer/run/parse-mounts.ts'
import { externalVolumes } from './compose-create-request.ts'
import type { RequestParts } from './create-request-parts.ts'

/**
 * The managed volumes of a container: those of its mounts, and one for every `VOLUME` of its image, which several services
 * may have at the same place.
 */
export function managedVolumes({
  project: { key },
  run,
  image,
  service,
  composed,
}: Omit<RequestParts, 'version'>): ManagedVolume[] {
  const prefix = composed ? `${service}-` : ''
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const named = mounts.flatMap((mount) =>
    mount.kind === 'volume'
      ? [{ name: volumeName(key, mount.source), target: mount.target, readOnly: mount.readOnly }]
      : [],
  )
  const external = externalVolumes(composed, run).map(({ Target }) => Target)
  const taken = new Set([...mounts.map(({ target }) => target), ...external])
  const declared = Object.keys(image.Config.Volumes ?? {})
    .filter((target) => !taken.has(target))
    .map((target) => ({
      name: volumeName(key, `${prefix}${volumeNameFor(target)}`),
      target,
      readOnly: false,
    }))
  return [...named, ...declared]
}
