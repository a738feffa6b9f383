import type { PackageChange } from '../../shared/drift.ts'
import type { Inventory } from '../../shared/version.ts'

/** Reads text files of one file system by absolute path: one file, or what is wanted of a folder. */
export type Read = (path: string, wanted?: (file: string) => boolean) => Promise<Map<string, string>>

/** The sources for looking up packages. The image is opened only when needed, which creates a container of it. */
export interface Sources {
  container: Read
  image: Read
  /** The packages that a look into the image found, by database. */
  known: Inventory['packages']
}

/** What one database shows: the packages that changed, and the files that this explains. */
export interface PackageDrift {
  packages: PackageChange[]
  /** Of these packages, those that came along as dependencies and need not be named. */
  automatic: Set<string>
  /** Paths that need not be listed again. */
  owned: string[]
}

export const NO_PACKAGES: PackageDrift = { packages: [], automatic: new Set(), owned: [] }

/** A line of a definition is made of these texts: what does not look like a name or version is no package. */
export const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9][\w+.-]*$/.test(text)
export const isVersion = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9][\w+.:~-]*$/.test(text)

/** What differs between two sets of packages, by name. */
export function comparePackages(
  database: PackageChange['database'],
  from: Map<string, string>,
  to: Map<string, string>,
): PackageChange[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name) => {
    const change = { database, name, from: from.get(name) ?? null, to: to.get(name) ?? null }
    return change.from === change.to ? [] : [change]
  })
}
