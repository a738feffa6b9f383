import {
  comparePackages,
  isName,
  isVersion,
  NO_PACKAGES,
  type PackageDrift,
  type Sources,
} from './package-diff.ts'
import type { PathChange } from './paths.ts'

const DATABASE = /^(\/usr)?\/lib\/apk\/db\/installed$/
const WORLD = '/etc/apk/world'

interface ApkPackage {
  version: string
  files: string[]
}
export type ApkDatabase = Map<string, ApkPackage>

/** The packages of Alpine's database that changed. */
export async function apkDrift(
  changes: PathChange[],
  { container, image, known }: Sources,
): Promise<PackageDrift> {
  const file = changes.find(({ path }) => DATABASE.test(path))?.path
  if (file === undefined) return NO_PACKAGES
  const [text, world] = await Promise.all([container(file), container(WORLD)])
  const now = parseApk(text.get(file) ?? '')
  const names = world.get(WORLD)
  const asked = names === undefined ? undefined : parseWorld(names)
  const fromProbe = withoutFiles(known['apk'] ?? {})
  const found = compareApk(fromProbe, now, asked)
  // Only the image has the files of what is gone or was replaced.
  if (known['apk'] && found.packages.every((one) => one.from === null)) return found
  return compareApk(parseApk((await image(file)).get(file) ?? ''), now, asked)
}

const withoutFiles = (versions: Record<string, string>): ApkDatabase =>
  new Map(Object.entries(versions).map(([name, version]) => [name, { version, files: [] }]))

/** Compares two databases; `asked` are the packages that a person installed explicitly, if known. */
export function compareApk(
  before: ApkDatabase,
  now: ApkDatabase,
  asked: Set<string> | undefined,
): PackageDrift {
  const versions = (database: ApkDatabase) =>
    new Map([...database].map(([name, { version }]) => [name, version]))
  const packages = comparePackages('apk', versions(before), versions(now))
  if (packages.length === 0) return NO_PACKAGES
  return {
    packages,
    automatic: new Set(
      packages
        .filter(({ name, from, to }) => from === null && to !== null && asked && !asked.has(name))
        .map(({ name }) => name),
    ),
    owned: [
      ...packages.flatMap(({ name }) => [before, now].flatMap((one) => one.get(name)?.files ?? [])),
      '/lib/apk/db/installed',
      WORLD,
    ],
  }
}

/** Reads apk's database: `P:` name, `V:` version, `F:` a folder, `R:` a file in it. */
export function parseApk(text: string): ApkDatabase {
  const packages: ApkDatabase = new Map()
  for (const paragraph of text.split(/\n{2,}/)) {
    let [name, version, folder]: (string | undefined)[] = []
    const files: string[] = []
    for (const line of paragraph.split('\n')) {
      const value = line.slice(2)
      if (line.startsWith('P:')) name = value
      else if (line.startsWith('V:')) version = value
      else if (line.startsWith('F:')) {
        folder = `/${value}`
        files.push(folder)
      } else if (line.startsWith('R:') && folder !== undefined) {
        files.push(folder === '/' ? `/${value}` : `${folder}/${value}`)
      }
    }
    if (isName(name) && isVersion(version)) packages.set(name, { version, files })
  }
  return packages
}

/** Reads apk's world: the explicitly installed packages, with or without a version or a repository. */
export const parseWorld = (text: string): Set<string> =>
  new Set(text.split(/\s+/).flatMap((entry) => /^[^<>=~@!]+/.exec(entry)?.[0] ?? []))
