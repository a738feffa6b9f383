import { isInside } from '../../files/project-paths.ts'

/** A volume, by the name of its managed volume, or a folder or file of this computer, without links. */
export interface HeldData {
  kind: 'volume' | 'bind'
  source: string
  readOnly: boolean
}

/** What a container holds that another one may need exclusively. */
export interface Holdings {
  /** Published ports of this computer. */
  ports: readonly number[]
  data: readonly HeldData[]
  /** Networks in which it has names, by their names on the engine. */
  networks: readonly string[]
  /**
   * Where it listens: in its networks, or in the network of this computer or of another container, where its ports are
   * unknown.
   */
  listens: 'networks' | 'host' | 'container'
}

/**
 * Whether a running container has to stop before a new one starts. Both may read the same data, but a container that
 * writes it must be its only user.
 */
export function isContested(old: Holdings, wanted: Holdings): boolean {
  // Whatever the old one holds, the new one may listen there.
  if (wanted.listens !== 'networks') return true
  if (old.listens === 'host' && wanted.ports.length > 0) return true
  return (
    old.ports.some((port) => wanted.ports.includes(port)) ||
    old.networks.some((name) => wanted.networks.includes(name)) ||
    old.data.some((one) => wanted.data.some((other) => isSameData(one, other)))
  )
}

function isSameData(one: HeldData, other: HeldData): boolean {
  if (one.kind !== other.kind || (one.readOnly && other.readOnly)) return false
  return one.kind === 'volume'
    ? one.source === other.source
    : isInside(one.source, other.source) || isInside(other.source, one.source)
}

/**
 * The data of a container's mounts that can be contested. The project's folder and folders that contain it do not count:
 * people and programs share them, and several containers mount them at all times.
 */
export const withoutProject = (data: readonly HeldData[], folder: string): HeldData[] =>
  data.filter(({ kind, source }) => kind !== 'bind' || !isInside(folder, source))
