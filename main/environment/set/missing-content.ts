import path from 'node:path'
import { listed } from '../../../shared/errors/wording.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { isBelow, projectMountOf, workspaceMountOf } from '../../data/workspace-mount.ts'
import { contentHooks } from '../../definition/devcontainer/content-hooks.ts'

type Started = Pick<Launch, 'service' | 'run' | 'hooks' | 'parts'>

/**
 * Warnings of services that mount the folder in which the first service's hooks made folders: the volumes with these belong to
 * the first service's container alone, and the others find what the person's folder holds there.
 */
export async function missingContentWarnings(
  launch: Started & { others: readonly Started[] },
): Promise<string[]> {
  const { project, content } = launch.parts
  const workspace = await workspaceMountOf(project, launch.run)
  if (!workspace || !content) return []
  const made = content.folders.map((folder) => ({ folder, source: path.join(workspace.source, folder) }))
  const who = contentHooks(launch.hooks).join(' and ')
  const warnings: string[] = []
  for (const { service, parts } of launch.others) {
    const missing = new Set<string>()
    for (const mount of parts.run.mounts) {
      const place = mount.kind === 'bind' ? await projectMountOf(project, mount) : undefined
      if (!place) continue
      for (const { folder, source } of made) {
        if (!isBelow(source, place.source)) continue
        const target = path.posix.join(
          place.target,
          path.relative(place.source, source).replaceAll(path.sep, '/'),
        )
        const isOwn = parts.run.mounts.some(
          (other) => isBelow(target, other.target) && other.target.length > mount.target.length,
        )
        if (!isOwn) missing.add(folder)
      }
    }
    if (missing.size === 0) continue
    const names = sanitize(listed([...missing]))
    const text =
      `${service} does not find what ${who} made: only ${launch.service} has ${names} of the version, and ${service} what ` +
      `the folder holds there. Let the image of ${service} install it, or mount a volume there.`
    warnings.push(text)
  }
  return warnings
}
