import { isInside } from '../../files/project-paths.ts'

/** A volume, by the name of the managed one that it is a part of, or a folder or file of this computer, without links. */
export interface HeldData {
  kind: 'volume' | 'bind'
  source: string
  readOnly: boolean
}

/** What a container has that another one may need for itself. */
export interface Holdings {
  /** Published ports of this computer. */
  ports: readonly number[]
  data: readonly HeldData[]
  /** Networks in which it has names, by those of the engine. */
  networks: readonly string[]
  /** Where it listens: in networks, or in this computer's or another container's, where its ports are unknown. */
  listens: 'networks' | 'host' | 'container'
}

/**
 * Whether a container that runs has to stop before a new one starts. Data that both have may be read by both: if one of them
 * writes it, it is its only user.
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
 * The data that counts of a container's mounts. The project's folder, and a folder that contains it, are there for people and
 * programs at once: several containers have it at all times.
 */
export const withoutProject = (data: readonly HeldData[], folder: string): HeldData[] =>
  data.filter(({ kind, source }) => kind !== 'bind' || !isInside(folder, source))
