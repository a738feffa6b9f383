import path from 'node:path'
import { comparePackages, NO_PACKAGES, type PackageDrift, type Sources } from './package-diff.ts'
import { ADDED, DELETED, type PathChange } from './paths.ts'

/**
 * The metadata that pip records for an installed package; its folder's name holds name and version (PyPA, "Recording
 * installed projects").
 */
const NOTES =
  /^((?:\/usr\/lib\/python3|\/usr\/local\/lib\/python3[\d.]*)\/(?:dist|site)-packages)\/([A-Za-z0-9][\w.-]*?)-(\d[\w.!+]*)\.dist-info$/

/** The packages that pip installed for the whole system, and that changed. */
export async function pipDrift(changes: PathChange[], { container, image }: Sources): Promise<PackageDrift> {
  const [from, to] = [new Map<string, string>(), new Map<string, string>()]
  const asked = new Set<string>()
  const owned: string[] = []
  const listed = new Set(changes.map((one) => one.path))
  for (const { path: folder, kind } of changes) {
    const [, packages = '', name = '', version = ''] = NOTES.exec(folder) ?? []
    if (!name || (kind !== ADDED && kind !== DELETED)) continue
    ;(kind === ADDED ? to : from).set(name, version)
    if (listed.has(`${folder}/REQUESTED`)) asked.add(name)
    const record = `${folder}/RECORD`
    const text = (await (kind === ADDED ? container : image)(record)).get(record) ?? ''
    owned.push(
      folder,
      ...parseRecord(text, packages),
      ...[...listed].filter((one) => one.startsWith(`${folder}/`)),
    )
  }
  const packages = comparePackages('pip', from, to)
  if (packages.length === 0) return NO_PACKAGES
  const automatic = packages.filter(({ name, from }) => from === null && asked.size > 0 && !asked.has(name))
  return { packages, automatic: new Set(automatic.map(({ name }) => name)), owned }
}

/** Reads the paths from a RECORD: CSV whose first column is relative to the folder of the packages. */
export const parseRecord = (text: string, folder: string): string[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^,]*)),/.exec(line) ?? []
    const file = quoted?.replaceAll('""', '"') ?? plain
    return file ? [path.posix.resolve(folder, file)] : []
  })
