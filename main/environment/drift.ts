/** Places where every container writes and nobody means anything by it. */
const NOISE = [
  /^\/(tmp|run|proc|sys|dev)(\/|$)/,
  /^\/var\/(tmp|run|lock|cache|log)(\/|$)/,
  /^\/(root|home\/[^/]+)\/(\.cache|\.npm|\.[a-z_]*history|\.lesshst|\.viminfo|\.wget-hsts)(\/|$)/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab)$/,
]
/** The engine's own init program, put in by `init`. */
const INIT = ['/sbin/docker-init', '/usr/sbin/docker-init']

/**
 * How many paths of a container differ from its image, noise aside. A folder is listed as changed when something in
 * it changed, so only the deepest path of each counts. `mounts` are the container's mount points: the engine makes
 * them, as its init program, with the folders above them.
 */
export function countDrift(changes: { path: string; kind: number }[], mounts: string[] = []): number {
  const parents = new Set(changes.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))
  const made = [...mounts, ...INIT]
  const isMade = (path: string) => made.some((one) => one === path || one.startsWith(`${path}/`))
  return changes.filter(({ path, kind }) => {
    const changedFolder = kind === 0 && parents.has(path)
    return !changedFolder && !isMade(path) && !NOISE.some((pattern) => pattern.test(path))
  }).length
}
