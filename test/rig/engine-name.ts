import { RigError } from './rig-error.ts'

/**
 * The engines that the rig brings: `docker` is Debian's own; the others are of its newest suite, Docker with the old and
 * with the new image store, and Podman run by root and by another user.
 */
export const ENGINES = ['docker', 'overlay2', 'containerd', 'podman', 'podman-rootless'] as const

export type EngineName = (typeof ENGINES)[number]

/** The engine that was asked for: by its name, else by `PRISTINE_RIG_ENGINE`, else `docker`. */
export function engineName(name = process.env['PRISTINE_RIG_ENGINE'] || 'docker'): EngineName {
  const found = ENGINES.find((each) => each === name)
  if (!found) throw new RigError(`The rig has no engine "${name}".`, `Choose one: ${ENGINES.join(', ')}`)
  return found
}
