import { linesOf, objectOf, Packages, textOf } from './packages.ts'

/**
 * requirements.txt (pip.pypa.io, "Requirements File Format"): `name[extra]==1.0 ; marker`, a specifier a line. A line of
 * another kind (`-r other.txt`, an address) stands for itself. Hashes and comments belong to no version.
 */
export function readRequirements(text: string): Packages {
  const packages = new Packages()
  for (const line of linesOf(linesOf(text).join('\n').replace(/\\\n/g, ' '))) {
    const plain = line.replace(/(?:^|\s)(?:#.*|--hash[= ]\S+)/g, '').trim()
    if (plain === '') continue
    const [, name, version] = SPECIFIER.exec(plain) ?? []
    if (name === undefined) packages.add(plain, '')
    else packages.add(normal(name), (version ?? '').trim().replace(/^===?\s*(?=[^,]*$)/, ''))
  }
  return packages
}

/** Name, extras, versions, marker. */
const SPECIFIER = /^([A-Za-z0-9][\w.-]*)(?![\w.-])(?:\s*\[[^\]]*\])?\s*([^A-Za-z\s@;[][^;]*)?(?:;.*)?$/

/** Pipfile.lock: `default` and `develop` by name, with `"version": "==1.0"`, or a repository's `ref`. */
export function readPipfile(text: string): Packages {
  const lock = objectOf(JSON.parse(text))
  const packages = new Packages()
  objectOf(lock['_meta'])
  for (const group of ['default', 'develop']) {
    for (const [name, value] of Object.entries(objectOf(lock[group] ?? {}))) {
      const { version, ref } = objectOf(value)
      packages.add(name, textOf(version).replace(/^==/, '') || textOf(ref))
    }
  }
  return packages
}

/** Names that differ in case and in `-`, `_` and `.` are one (packaging.python.org, "Name normalization"). */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')
