import { NotThisFormat, objectOf, Packages, textOf } from './packages.ts'

const FOLDER = 'node_modules/'

/**
 * package-lock.json and npm-shrinkwrap.json of every lockfileVersion (docs.npmjs.com, "package-lock.json"): 2 and 3 have
 * `packages` by path, 1 has `dependencies` within each other. The project's own packages and links to them are none.
 */
export function readNpm(text: string): Packages {
  const lock = objectOf(JSON.parse(text))
  const packages = new Packages()
  if (lock['packages'] !== undefined) {
    for (const [path, value] of Object.entries(objectOf(lock['packages']))) {
      const at = path.lastIndexOf(FOLDER)
      const { name, version, link, integrity } = objectOf(value)
      if (at < 0 || link === true) continue
      // An alias has its own name beside that of its folder.
      packages.add(textOf(name) || path.slice(at + FOLDER.length), textOf(version), textOf(integrity))
    }
    return packages
  }
  if (lock['dependencies'] === undefined && lock['lockfileVersion'] === undefined) throw new NotThisFormat()
  const open: unknown[] = [lock['dependencies'] ?? {}]
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    for (const [name, value] of Object.entries(objectOf(tree))) {
      const { version, dependencies, integrity } = objectOf(value)
      packages.add(name, textOf(version), textOf(integrity))
      if (dependencies !== undefined) open.push(dependencies)
    }
  }
  return packages
}
