import { NotThisFormat, objectOf, Packages, textOf } from './packages.ts'

/** composer.lock: lists `packages` and `packages-dev` of `{ name, version }`. */
export function readComposer(text: string): Packages {
  const lock = objectOf(JSON.parse(text))
  const packages = new Packages()
  for (const group of [lock['packages'], lock['packages-dev'] ?? []]) {
    if (!Array.isArray(group)) throw new NotThisFormat()
    for (const one of group) {
      const { name, version } = objectOf(one)
      packages.add(textOf(name), textOf(version))
    }
  }
  return packages
}
