import type { PackageChange } from '../../shared/drift.ts'
import { isName, isVersion, NO_PACKAGES, type PackageDrift, type Sources } from './package-diff.ts'
import { ADDED, DELETED, type PathChange } from './paths.ts'

/** A package among the global ones, or the description that it holds. */
const PACKAGE =
  /^(\/usr(?:\/local)?)\/lib\/node_modules\/((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)(\/package\.json)?$/i

interface NpmPackage {
  version: string | undefined
  commands: string[]
}

/** npm's global packages that changed: each is one folder with a `package.json`, and links to its commands. */
export async function npmDrift(changes: PathChange[], { container, image }: Sources): Promise<PackageDrift> {
  const packages: PackageChange[] = []
  const owned: string[] = []
  for (const { path, kind } of changes) {
    const [, prefix = '', name = '', description] = PACKAGE.exec(path) ?? []
    // A folder is listed as changed or added beside its description, but deleted as a whole.
    if (!name || (!description && kind !== DELETED)) continue
    const folder = `${prefix}/lib/node_modules/${name}`
    const file = `${folder}/package.json`
    const [was, is] = await Promise.all([
      kind === ADDED ? undefined : image(file),
      kind === DELETED ? undefined : container(file),
    ])
    const [before, now] = [was, is].map((texts) => parsePackage(texts?.get(file)))
    const change = { database: 'npm', name, from: before?.version ?? null, to: now?.version ?? null } as const
    if (change.from === change.to) continue
    packages.push(change)
    const commands = [...(before?.commands ?? []), ...(now?.commands ?? [])]
    owned.push(
      ...commands.map((command) => `${prefix}/bin/${command}`),
      ...changes.map((one) => one.path).filter((one) => one === folder || one.startsWith(`${folder}/`)),
    )
  }
  return packages.length === 0 ? NO_PACKAGES : { packages, automatic: new Set(), owned }
}

/** Reads the version and the commands from a `package.json`; undefined unless it is one. */
export function parsePackage(text: string | undefined): NpmPackage | undefined {
  let found: { name?: unknown; version?: unknown; bin?: unknown } | null
  try {
    found = JSON.parse(text ?? '')
  } catch {
    return undefined
  }
  if (typeof found?.name !== 'string') return undefined
  const { name, version, bin } = found
  const commands =
    typeof bin === 'string'
      ? [name.replace(/^@[^/]*\//, '')]
      : typeof bin === 'object' && bin !== null
        ? Object.keys(bin)
        : []
  return {
    version: typeof version === 'string' && isVersion(version) ? version : undefined,
    commands: commands.filter(isName),
  }
}
