import { linesOf, NotThisFormat, Packages } from './packages.ts'

/**
 * Cargo.lock, poetry.lock, uv.lock and pdm.lock: tables `[[package]]` with `name`, `version` and, for Cargo, `checksum` on
 * a line each, as their tools write them.
 */
export function readTomlPackages(text: string): Packages {
  const lines = linesOf(text)
  if (!lines.some((line) => OWN.test(line))) throw new NotThisFormat()
  const packages = new Packages()
  let table: Record<string, string> | undefined
  for (const line of [...lines, '[']) {
    if (line.startsWith('[')) {
      if (table?.['name'] !== undefined)
        packages.add(table['name'], table['version'] ?? '', table['checksum'] ?? '')
      table = line.trim() === '[[package]]' ? {} : undefined
    }
    const [, key = '', value = ''] = /^(name|version|checksum) = "([^"]*)"$/.exec(line) ?? []
    if (table && key !== '') table[key] ??= value
  }
  return packages
}

/** A line that one of these tools writes, whatever the packages. */
const OWN = /^(?:version|lock-version|content-hash) = |^\[(?:\[package\]\]|metadata\])/
