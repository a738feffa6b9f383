import type { Drift, PackageChange, PackageDatabase } from '../../shared/drift.ts'
import { sanitize } from '../../shared/sanitize.ts'

/** A comment names up to this many paths. */
const MAX_NAMED = 20

const INSTALL: Record<PackageDatabase, (names: string) => string> = {
  apk: (names) => `RUN apk add --no-cache ${names}`,
  dpkg: (names) =>
    `RUN apt-get update && apt-get install -y --no-install-recommends ${names} && rm -rf /var/lib/apt/lists/*`,
  npm: (names) => `RUN npm install -g ${names}`,
  pip: (names) => `RUN pip install --no-cache-dir ${names}`,
}
const REMOVE: Record<PackageDatabase, (names: string) => string> = {
  apk: (names) => `RUN apk del ${names}`,
  dpkg: (names) => `RUN apt-get purge -y ${names}`,
  npm: (names) => `RUN npm uninstall -g ${names}`,
  pip: (names) => `RUN pip uninstall -y ${names}`,
}
const PIN: Record<PackageDatabase, string> = { apk: '=', dpkg: '=', npm: '@', pip: '==' }

/**
 * Drift as lines of a Dockerfile: packages with their versions, `automatic` ones left to those that need them; files
 * by name only, since their content belongs into the repository.
 */
export function suggestChange(
  { packages, configuration, files }: Pick<Drift, 'packages' | 'configuration' | 'files'>,
  automatic: (change: PackageChange) => boolean,
): string[] {
  const lines: string[] = []
  for (const database of ['dpkg', 'apk', 'pip', 'npm'] as const) {
    const here = packages.filter((one) => one.database === database)
    const wanted = here.filter((one) => one.to !== null && !automatic(one))
    const gone = here.filter((one) => one.to === null)
    if (wanted.length > 0) {
      const pins = wanted.map(({ name, to }) => `${name}${PIN[database]}${to}`)
      lines.push(INSTALL[database](pins.join(' ')))
    }
    if (gone.length > 0) lines.push(REMOVE[database](gone.map(({ name }) => name).join(' ')))
  }
  const paths = [...configuration, ...files]
  const kept = paths.filter(({ kind }) => kind !== 'deleted')
  const deleted = paths.filter(({ kind }) => kind === 'deleted')
  if (kept.length > 0) lines.push(`# Add these files to the repository, and a COPY for each: ${named(kept)}`)
  if (deleted.length > 0) lines.push(`# Delete these with RUN rm: ${named(deleted)}`)
  return lines
}

function named(paths: { path: string }[]): string {
  const more = paths.length - MAX_NAMED
  const names = paths.slice(0, MAX_NAMED).map(({ path }) => sanitize(path))
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
