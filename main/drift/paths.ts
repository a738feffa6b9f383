/** A path as the engine lists it. `kind`: 0 changed, 1 added, 2 deleted. */
export interface PathChange {
  path: string
  kind: number
}
export const CHANGED = 0
export const ADDED = 1
export const DELETED = 2

/** Paths where every container writes without anybody meaning to change anything. */
const NOISE = [
  /^\/(tmp|run|proc|sys|dev)(\/|$)/,
  /^\/var\/(tmp|run|lock|cache|log)(\/|$)/,
  /^\/(root|home\/[^/]+)\/(\.cache|\.npm|\.[a-z_]*history|\.lesshst|\.viminfo|\.wget-hsts)(\/|$)/,
  /^\/(root|home\/[^/]+)\/\.(vscode-server|vscode-server-insiders|cursor-server)(\/|$)/,
  // What zsh and Oh My Zsh keep for themselves at each start; the user's shell starts with the environment.
  /^\/(root|home\/[^/]+)\/(\.zcompdump[^/]*|\.oh-my-zsh\/(cache|log))(\/|$)/,
  // What a container engine inside makes when it starts.
  /^\/opt\/containerd(\/(bin|lib))?$/,
  /^\/etc\/docker\/key\.json$/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab|ld\.so\.cache|\.pwd\.lock)$/,
  /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$/,
  /\/__pycache__(\/|$)/,
  // What package managers note for themselves. The files of the packages and the lists of those count.
  /^\/var\/lib\/apt(\/|$)/,
  /^\/var\/lib\/dpkg\/(?!info(\/|$))/,
  /^(\/usr)?\/lib\/apk\/db\/(?!installed$)/,
]
/** What the engine itself puts in: its init program, by `init`, and what Podman does not list, but its folder. */
const MADE = ['/sbin/docker-init', '/usr/sbin/docker-init', '/etc/hosts']

/**
 * The paths by which a container differs from its image, noise aside. A folder is listed as changed when something in
 * it changed, so only the deepest path of each counts. `mounts` are the container's mount points: the engine makes
 * them, as what else it puts in, with the folders above them.
 */
export function driftedPaths(changes: PathChange[], mounts: string[] = []): PathChange[] {
  const parents = new Set(changes.map(({ path }) => folderOf(path)))
  const made = [...mounts, ...MADE]
  const isMade = ({ path, kind }: PathChange) =>
    kind !== DELETED && made.some((one) => one === path || one.startsWith(`${path}/`))
  return changes.filter((change) => {
    const { path, kind } = change
    const changedFolder = kind === CHANGED && parents.has(path)
    return !changedFolder && !isMade(change) && !isNoise(path)
  })
}

/** Whether a write to an absolute path of a container is noise rather than a change. */
export const isNoise = (path: string): boolean => NOISE.some((pattern) => pattern.test(path))

/** How many paths of a container differ from its image, noise aside. */
export const countDrift = (changes: PathChange[], mounts: string[] = []): number =>
  deepestPaths(driftedPaths(changes, mounts)).length

/** Those in which none of the others is: a folder that was added counts by its content. */
export function deepestPaths(changes: PathChange[]): PathChange[] {
  const parents = new Set(changes.map(({ path }) => folderOf(path)))
  return changes.filter(({ path }) => !parents.has(path))
}

/** The folder that a path is in; of what is at the top, the empty text. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/**
 * One name for what has two: where the system's folders are merged, `/bin` is `/usr/bin`, and package databases know
 * files by either.
 */
export const mergedPath = (path: string): string =>
  /^\/(bin|sbin|lib|lib32|lib64|libx32)(\/|$)/.test(path) ? `/usr${path}` : path
