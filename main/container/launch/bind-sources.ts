import type { ComposedService } from '../../definition/read-project.ts'
import type { MountSettings } from '../../docker/containers.ts'

/**
 * Those of the mounts of a create request whose folder on this computer is made where it is missing, by what Compose files
 * say (`create_host_path`, the default of the short form).
 */
export function madeSources(
  composed: ComposedService | undefined,
  mounts: readonly MountSettings[],
): MountSettings[] {
  const targets = (composed?.service.mounts ?? []).flatMap((mount) =>
    mount.kind === 'bind' && mount.createHostPath ? [mount.target] : [],
  )
  return mounts.filter(({ Type, Target }) => Type === 'bind' && targets.includes(Target))
}
