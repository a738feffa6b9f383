import type { InputChange } from '../../shared/change.ts'
import { clean } from '../../shared/clean.ts'
import type { Environment } from '../../shared/environment.ts'

/** A hash is told by its first digits, other values whole if they are short. */
function short(given: string | null): string {
  if (given === null) return 'none'
  const value = clean(given)
  const hash = /^(?:sha256:)?([0-9a-f]{64})( \(executable\))?$/.exec(value)
  if (hash) return `${(hash[1] ?? '').slice(0, 4)}${hash[2] ?? ''}`
  return value.length > 60 ? `${value.slice(0, 59)}…` : value
}

/** "package-lock.json changed (5b1c -> 9e02)" */
export function describeChange(change: InputChange): string {
  const { from, to } = change
  const input = clean(change.input)
  if (from === null) return `${input} added (${short(to)})`
  if (to === null) return `${input} removed (was ${short(from)})`
  return `${input} changed (${short(from)} -> ${short(to)})`
}

/** The reasons on one line, the first few by name. */
export function describeReasons(because: InputChange[]): string {
  const shown = because.slice(0, 3).map(describeChange)
  const more = because.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Well-known ports of servers that no browser speaks to. */
const NOT_WEB = new Set([22, 25, 1433, 1521, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017])

/** "shop is ready on http://127.0.0.1:3000" */
export function describePorts({ ports }: Environment): string {
  return ports
    .map((port) =>
      `${port.label ? `${clean(port.label)}: ` : ''}${NOT_WEB.has(port.container) ? '' : 'http://'}${port.address}:${port.host}`.concat(
        port.host === port.container ? '' : ` (container port ${port.container})`,
      ),
    )
    .join(', ')
}

/** "v12"; a version that the history does not know by its first digits. */
export const describeVersion = ({ id, ordinal }: { id: string; ordinal: number | null }): string =>
  ordinal === null ? id.slice(0, 12) : `v${ordinal}`

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

/** What is said of a project of which something is asked. */
export const NOT_TRUSTED =
  'It is not trusted: "pristine trust" shows what it asks for; until then nothing new of it starts.'
