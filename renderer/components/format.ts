import { t } from '../messages/messages.ts'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const numbers = new Intl.NumberFormat('en')

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
]

/** How long ago something was: "3 hours ago", "yesterday". Times in milliseconds since 1970. */
export function ago(at: number, now: number): string {
  const past = now - at
  for (const [unit, length] of UNITS) {
    if (past >= length) return relative.format(-Math.floor(past / length), unit)
  }
  return t('words.justNow')
}

/** A point in time, in full. */
export const dateOf = (at: number): string => absolute.format(at)

const clocks = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })

/** A time of the day, to the second: "09:05:59". */
export const clock = (at: number): string => clocks.format(at)

/** How long something took, in milliseconds: "0.6 s", "12 s", "3 min 5 s". */
export function duration(time: number): string {
  const seconds = time / 1000
  if (seconds < 10) return t('words.seconds', { seconds: Math.max(0.1, seconds).toFixed(1) })
  if (seconds < 60) return t('words.seconds', { seconds: Math.round(seconds) })
  const minutes = Math.floor(Math.round(seconds) / 60)
  const rest = Math.round(seconds) % 60
  if (minutes >= 60) return t('words.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
  return t('words.minutes', { minutes, seconds: rest })
}

/** About how long something will take: whole seconds, then whole minutes. */
export function about(time: number): string {
  const seconds = Math.max(1, Math.round(time / 1000))
  if (seconds < 50) return t('words.aboutSeconds', { seconds })
  return t('words.aboutMinutes', { minutes: Math.max(1, Math.round(seconds / 60)) })
}

/** Bytes, in the units that the engine uses. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** A whole number: 1,000,000. */
export const number = (value: number): string => numbers.format(value)
