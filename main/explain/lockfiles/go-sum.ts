import { linesOf, NotThisFormat, Packages } from './packages.ts'

/**
 * go.sum (go.dev/ref/mod, "go.sum files"): `module version[/go.mod] hash`. A version with only its go.mod is not built.
 */
export function readGoSum(text: string): Packages {
  const packages = new Packages()
  for (const line of linesOf(text)) {
    if (line === '') continue
    const [, name = '', version = '', checksum] = /^(\S+) (\S+) (h1:\S+)$/.exec(line) ?? []
    if (name === '') throw new NotThisFormat()
    if (!version.endsWith('/go.mod')) packages.add(name, version, checksum)
  }
  return packages
}
