import { linesOf, NotThisFormat, Packages } from './packages.ts'

/**
 * yarn.lock: classic (`name@range:`, `  version "1.0.0"`) and berry (`"name@npm:range":`, `  version: 1.0.0`). An entry
 * begins with the ranges that it resolves; the workspace's own packages are none of it.
 */
export function readYarn(text: string): Packages {
  const packages = new Packages()
  const lines = linesOf(text)
  if (!lines.some((line) => /^(?:# yarn lockfile v1|__metadata:)/.test(line))) throw new NotThisFormat()
  let name: string | undefined
  let version: string | undefined
  for (const line of lines) {
    if (line !== '' && !/^[ #]/.test(line)) {
      name = nameOf(line)
      version = undefined
    }
    if (name === undefined) continue
    // Berry's checksum depends on its own cache format, so it does not identify the content alone.
    const [, key, value = ''] = /^ {2}(version:?|integrity) "?([^"\s]+)"?$/.exec(line) ?? []
    if (key === 'integrity' && version !== undefined) packages.add(name, version, value)
    // Berry's mark of the workspace's own packages.
    else if (key !== undefined && value !== '0.0.0-use.local') {
      version = value
      packages.add(name, version)
    }
  }
  return packages
}

/** `"@scope/name@npm:^1.0.0, @scope/name@npm:^1.1.0":` -> `@scope/name` */
function nameOf(entry: string): string | undefined {
  const [first = ''] = entry.replace(/^"/, '').split(/"?[,:]?\s|"?:$|"/, 1)
  const at = first.indexOf('@', 1)
  return at < 0 ? undefined : first.slice(0, at)
}
