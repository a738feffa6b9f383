import { createHash } from 'node:crypto'
import {
  comparePackages,
  isName,
  isVersion,
  NO_PACKAGES,
  type PackageDrift,
  type Sources,
} from './package-diff.ts'
import { ADDED, DELETED, type PathChange } from './paths.ts'

const FOLDER = '/var/lib/dpkg'
const STATUS = `${FOLDER}/status`
const STATES = '/var/lib/apt/extended_states'
const SETTINGS = '/etc'
const LIST = /^\/var\/lib\/dpkg\/info\/([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?\.list$/
/** States of packages that are not there; dpkg still knows of them. */
const REMEMBERED = /(^| )(not-installed|config-files|half-installed)$/
const ALTERNATIVE = /^\/etc\/alternatives\/([^/]+)$/

/** What was read of one file system's database: its status file and the wanted lists of files, by path. */
export type DpkgFiles = Map<string, string>

/**
 * The packages of Debian's database that changed. dpkg writes the list of a package's files whenever it installs,
 * replaces or removes it, so the changed lists show which packages to compare.
 */
export async function dpkgDrift(changes: PathChange[], { container, image }: Sources): Promise<PackageDrift> {
  const lists = changes.filter(({ path }) => LIST.test(path))
  if (lists.length === 0) return NO_PACKAGES
  const paths = new Set(lists.map(({ path }) => path))
  const wanted = (file: string) => file === STATUS || paths.has(file)
  // A list that was added belongs to a package that the image lacks.
  const needsImage = lists.some(({ kind }) => kind !== ADDED)
  const [now, states, before] = await Promise.all([
    container(FOLDER, wanted),
    container(STATES),
    needsImage ? image(FOLDER, wanted) : undefined,
  ])
  const found = compareDpkg(changes, before ?? new Map(), now, states.get(STATES) ?? '')
  const owned = new Set(found.owned)
  const shipped = parseSettings(now.get(STATUS) ?? '')
  const settings = changes.map(({ path }) => path).filter((path) => owned.has(path) && shipped.has(path))
  if (settings.length === 0) return found
  const texts = await container(SETTINGS, (file) => settings.includes(file))
  const edited = editedSettings(shipped, texts)
  return { ...found, owned: found.owned.filter((path) => !edited.has(path)) }
}

/** Compares what was read of the image and of the container; `states` is the text of apt's extended states. */
export function compareDpkg(
  changes: PathChange[],
  before: DpkgFiles,
  now: DpkgFiles,
  states: string,
): PackageDrift {
  const [old, current] = [parseStatus(before.get(STATUS) ?? ''), parseStatus(now.get(STATUS) ?? '')]
  const [from, to] = [new Map<string, string>(), new Map<string, string>()]
  const owned: string[] = []
  for (const { path, kind } of changes) {
    const match = LIST.exec(path)
    if (!match) continue
    const [, name = '', architecture] = match
    const [was, is] = [
      kind === ADDED ? undefined : old.of(name, architecture),
      kind === DELETED ? undefined : current.of(name, architecture),
    ]
    if (was) from.set(was.name, was.version)
    if (is) to.set(is.name, is.version)
    if (was?.version === is?.version) continue
    for (const files of [before.get(path), now.get(path)]) if (files) owned.push(...files.split('\n'))
  }
  const packages = comparePackages('dpkg', from, to)
  if (packages.length === 0) return NO_PACKAGES
  const automatic = parseAutomatic(states)
  return {
    packages,
    automatic: new Set(
      packages.filter((one) => one.from === null && automatic.has(one.name)).map((one) => one.name),
    ),
    owned: [...owned, ...bookkeeping(changes)],
  }
}

/** The settings of a package that differ from how they were shipped. */
export function editedSettings(shipped: Map<string, string>, texts: Map<string, string>): Set<string> {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  return new Set([...texts].filter(([path, text]) => shipped.get(path) !== md5(text)).map(([path]) => path))
}

/** Reads from the status file how settings (dpkg's "conffiles") came with their packages: an MD5 sum by path. */
export const parseSettings = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^ (\/etc\/.+?) ([0-9a-f]{32})(?: obsolete)?$/gm)].map(([, path = '', sum = '']) => [
      path,
      sum,
    ]),
  )

/** dpkg's own notes, and the links that choose among alternatives: `/etc/alternatives/editor`, `/usr/bin/editor`. */
function bookkeeping(changes: PathChange[]): string[] {
  const names = new Set(changes.flatMap(({ path }) => ALTERNATIVE.exec(path)?.[1] ?? []))
  return changes
    .map(({ path }) => path)
    .filter(
      (path) =>
        path.startsWith(`${FOLDER}/`) ||
        ALTERNATIVE.test(path) ||
        (/^\/usr\/(s?bin|lib|share)\//.test(path) && names.has(path.slice(path.lastIndexOf('/') + 1))),
    )
}

/** Reads the status file (deb822 paragraphs). A package of a foreign architecture has it in its name. */
export function parseStatus(text: string) {
  const found = new Map<string, { name: string; version: string }>()
  const paragraphs = parseParagraphs(text, ['Package', 'Status', 'Architecture', 'Version'])
  const native = paragraphs.find((one) => one['Package'] === 'dpkg')?.['Architecture']
  for (const { Package: name, Status, Architecture: architecture = '', Version: version } of paragraphs) {
    if (!isName(name) || !isVersion(version) || REMEMBERED.test(Status ?? '')) continue
    const foreign = native !== undefined && architecture !== native && architecture !== 'all'
    if (foreign && !isName(architecture)) continue
    const entry = { name: foreign ? `${name}:${architecture}` : name, version }
    found.set(`${name}:${architecture}`, entry)
    if (!foreign || !found.has(name)) found.set(name, entry)
  }
  return {
    /** A package by name, and by architecture where its list names one. */
    of: (name: string, architecture?: string) => found.get(architecture ? `${name}:${architecture}` : name),
  }
}

/** Reads apt's extended states: the packages that were installed only because others need them. */
export function parseAutomatic(text: string): Set<string> {
  const paragraphs = parseParagraphs(text, ['Package', 'Auto-Installed'])
  return new Set(paragraphs.flatMap((one) => (one['Auto-Installed'] === '1' && one['Package']) || []))
}

function parseParagraphs(text: string, fields: string[]): Record<string, string | undefined>[] {
  return text.split(/\n{2,}/).map((paragraph) => {
    const found: Record<string, string> = {}
    for (const line of paragraph.split('\n')) {
      const colon = line.indexOf(':')
      const field = line.slice(0, colon)
      if (colon > 0 && fields.includes(field)) found[field] = line.slice(colon + 1).trim()
    }
    return found
  })
}
