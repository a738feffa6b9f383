import type { InputChange, InputKind, LineChange, PackageChange } from '../../shared/change.ts'
import { cutAround } from '../../shared/cut-around.ts'
import type { Environment, EnvironmentState } from '../../shared/environment.ts'
import { exact } from '../../shared/exact.ts'
import type { PublishedPort } from '../../shared/port.ts'
import { portsToOpen } from '../../shared/port-address.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { VersionFeature } from '../../shared/version-feature.ts'

/** "ghcr.io/devcontainers/features/node:1 · 1.6.3 · version=20 · newer available" */
export function describeFeature({ reference, version, options, newer }: VersionFeature): string {
  const chosen = Object.entries(options).map(([name, value]) => `${name}=${value}`)
  const parts = [reference, ...(version === null ? [] : [version]), ...chosen].map(exact)
  return [...parts, ...(newer ? ['newer available'] : [])].join(' · ')
}

/** The level of detail of a change: with `verbose` also hashes, which mean nothing to a person. */
export interface Wording {
  verbose: boolean
}

/**
 * "nanoid 5.1.6 -> 5.1.5 (package-lock.json)", "Dockerfile line 4 (RUN make)", "node:24 moved (24.1.0 -> 24.2.0)",
 * "containerEnv.MODE changed (a -> b)"
 */
export function describeChange(change: InputChange, { verbose }: Wording): string {
  const detailed = describeDetail(change)
  if (detailed === undefined) return describePlain(change, verbose)
  return verbose ? `${detailed} [${short(change.from)} -> ${short(change.to)}]` : detailed
}

function describeDetail({ input, detail }: InputChange): string | undefined {
  const name = sanitize(input)
  switch (detail?.kind) {
    case 'packages': {
      const named = detail.packages.slice(0, NAMED).map(describePackage)
      if (detail.count === 1) return `${named.join()} (${name})`
      return `${detail.count} packages changed (${name}): ${listed(named, detail.count)}`
    }
    case 'lines':
      return describeLines(name, detail.lines, detail.count)
    case 'moved':
      return `${name} moved (${sanitize(detail.from)} -> ${sanitize(detail.to)})`
    case undefined:
      return undefined
  }
}

function describePlain(change: InputChange, verbose: boolean): string {
  const { from, to, kind } = change
  const name = sanitize(change.input)
  const word = from === null ? 'added' : to === null ? 'removed' : kind === 'pin' ? 'moved' : 'changed'
  if (holdsHash(change) && !verbose) return `${name} ${word}${describeFile(change)}`
  const quoted = kind === 'argument'
  if (from === null) return `${name} ${word} (${short(to, quoted)})`
  if (to === null) return `${name} ${word} (was ${short(from, quoted)})`
  return `${name} ${word} (${short(from, quoted)} -> ${short(to, quoted)})`
}

const HASH = /^(?:\S+@)?(?:sha256:)?([0-9a-f]{64})( \(executable\))?$/
/** Inputs whose values are hashes; not of a pin: there the digests are all that is known. */
const HASHED: InputKind[] = ['dockerfile', 'file', 'download', 'hidden-argument']
/** Whether a change's values mean nothing to a person. A link's target and an empty folder do. */
const holdsHash = ({ from, to, kind }: InputChange): boolean =>
  kind === 'computer' ||
  ((kind === undefined || HASHED.includes(kind)) && [from, to].some((value) => HASH.test(value ?? '')))

/** What became of a file beside its content. */
function describeFile({ from, to }: InputChange): string {
  const before = HASH.exec(from ?? '')
  const after = HASH.exec(to ?? '')
  if (!before || !after || before[1] !== after[1]) return ''
  return after[2] ? ' (now executable)' : ' (no longer executable)'
}

/** In characters: longer values are cut. */
const LONGEST = 60

/** Hashes are shortened to their first digits; short values are shown in full. */
function short(given: string | null, quoted = false): string {
  if (given === null) return 'none'
  const value = sanitize(given)
  const hash = HASH.exec(value)
  if (hash) return `${(hash[1] ?? '').slice(0, 4)}${hash[2] ?? ''}`
  const text = value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value
  return quoted || text === '' ? `"${text}"` : text
}

/** So many packages of a lockfile, and reasons of a version, are named. */
const NAMED = 3

/** The first few by name, and how many more there are. */
const listed = (named: string[], count: number): string =>
  named.join(', ') + (count > named.length ? ` and ${count - named.length} more` : '')

function describePackage({ name, from, to }: PackageChange): string {
  const said = sanitize(name)
  if (from === null) return `${[said, sanitize(to ?? '')].filter(Boolean).join(' ')} added`
  if (to === null) return `${[said, sanitize(from)].filter(Boolean).join(' ')} removed`
  return from === to
    ? `${said} ${sanitize(to)} has another checksum`
    : `${said} ${sanitize(from)} -> ${sanitize(to)}`
}

/** "Dockerfile line 4 (RUN make)", "Dockerfile lines 4, 7-9", "Dockerfile: 2 lines changed" where it is not known which. */
function describeLines(name: string, lines: LineChange[], count: number): string {
  const [first] = lines
  const numbers = lines.flatMap(({ line }) => line ?? [])
  if (first && count === 1) {
    const { line } = first
    const [from, to] =
      first.from === null || first.to === null
        ? [first.from, first.to]
        : cutAround(first.from, first.to, LONGEST)
    if (line !== null) return `${name} line ${line} (${short(to)})`
    if (to === null) return `${name}: removed ${short(from)}`
    return from === null ? `${name}: added ${short(to)}` : `${name}: ${short(from)} -> ${short(to)}`
  }
  if (numbers.length === 0) return `${name}: ${count} lines changed`
  const more = count - numbers.length
  return `${name} line${numbers.length > 1 ? 's' : ''} ${ranges(numbers)}${more > 0 ? ` and ${more} more` : ''}`
}

/** "4, 7-9" */
function ranges(numbers: number[]): string {
  const all: [number, number][] = []
  for (const number of numbers) {
    const last = all.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else all.push([number, number])
  }
  return all.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

/** The reasons on one line, the first few by name. */
export function describeReasons(because: InputChange[], wording: Wording): string {
  const shown = because.slice(0, NAMED).map((change) => describeChange(change, wording))
  return listed(shown, because.length)
}

/**
 * Why there is a version. One that is not the first has no reason where the earlier ones were removed before it was built:
 * ordinals are counted on.
 */
export const describeOrigin = (
  { ordinal, because }: { ordinal: number; because: InputChange[] },
  wording: Wording,
): string =>
  describeReasons(because, wording) || (ordinal === 1 ? 'first version' : 'nothing to compare it with')

/** Well-known ports of servers that no browser speaks to. */
const NOT_WEB = new Set([22, 25, 1433, 1521, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017])

const schemeOf = ({ container, scheme }: PublishedPort): string =>
  scheme ? `${scheme}://` : NOT_WEB.has(container) ? '' : 'http://'

/** "shop is ready on http://127.0.0.1:3000"; without the ports that nobody opens. */
export function describePorts({ ports }: Environment): string {
  return portsToOpen(ports)
    .map((port) =>
      `${port.label ? `${sanitize(port.label)}: ` : ''}${schemeOf(port)}${port.address}:${port.host}`.concat(
        port.host === port.container ? '' : ` (container port ${port.container})`,
      ),
    )
    .join(', ')
}

/** "v12", "v13 with your layer"; a version that the history does not know by its first digits. */
export const describeVersion = (version: {
  id: string
  ordinal: number | null
  layer?: true | undefined
}): string =>
  `${version.ordinal === null ? version.id.slice(0, 12) : `v${version.ordinal}`}${ofLayer(version)}`

/** What is said after the name of a version: " with your layer", where it has one. */
export const ofLayer = ({ layer }: { layer?: true | undefined }): string => (layer ? ' with your layer' : '')

/** "1 change", "2 changes" */
export const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`

/** "1.4 GB" */
export function describeBytes(bytes: number | null): string {
  if (bytes === null) return 'size unknown'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0)
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** "3 days ago" */
export function describeAge(time: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000))
  const units: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ]
  for (const [size, unit] of units) {
    const whole = Math.floor(seconds / size)
    if (whole >= 1) return `${count(whole, unit)} ago`
  }
  return 'just now'
}

/** Whether programs go on in an environment of a state. */
export const isRunning = (state: EnvironmentState): boolean =>
  state === 'ready' || state === 'starting' || state === 'unhealthy'

/** Shown for a project that requests permissions which are not granted. */
export const NOT_TRUSTED =
  'It is not trusted: "pristine trust" shows what it asks for; until then nothing new of it starts.'
