import type { PackageChange } from '../../../shared/change.ts'
import type { Packages } from './packages.ts'

/**
 * The packages that differ, by name: for a package with several versions, the removed and the added ones. An unchanged
 * version with another checksum is another package under the same name, and is listed as such.
 */
export function comparePackages(before: Packages, after: Packages): PackageChange[] {
  const names = new Set([...before.versions.keys(), ...after.versions.keys()])
  return [...names].sort().flatMap((name): PackageChange[] => {
    const old = before.versions.get(name) ?? new Map<string, string>()
    const now = after.versions.get(name) ?? new Map<string, string>()
    const gone = [...old.keys()].filter((version) => !now.has(version))
    const come = [...now.keys()].filter((version) => !old.has(version))
    const swapped = [...now].flatMap(([version, checksum]) =>
      isOther(old.get(version), checksum) ? [version] : [],
    )
    if (gone.length + come.length > 0) return [{ name, from: text(gone), to: text(come) }]
    return swapped.length > 0 ? [{ name, from: text(swapped), to: text(swapped) }] : []
  })
}

const text = (versions: string[]): string | null => (versions.length > 0 ? versions.sort().join(', ') : null)

/** Checksums of different algorithms (`sha1-…`, `sha512-…`) cannot be compared. */
const isOther = (before: string | undefined, after: string): boolean =>
  before !== undefined &&
  before !== after &&
  algorithm(before) === algorithm(after) &&
  before !== '' &&
  after !== ''

const algorithm = (checksum: string): string => /^(\w+)[-:]/.exec(checksum)?.[1] ?? ''
