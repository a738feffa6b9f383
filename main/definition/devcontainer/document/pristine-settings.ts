import * as z from 'zod/mini'
import { Apply, type HealthCheck } from '../../../../shared/definition.ts'
import { type DataSettings, RawData, readData } from './data-settings.ts'
import { invalid, type Origin, unsupported } from './source-position.ts'
import { validate } from './validate.ts'

const UNDER = ['customizations', 'pristine']
const LATER = ['registry'] as const

const DURATION = 'must be a duration such as "500ms", "2s" or "1m", or a number of seconds'
const COMMAND = 'must be a command: a string or a list of strings'

const Duration = z.union(
  [
    z.number().check(z.positive()),
    z.string().check(z.regex(/^\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h)$/, DURATION)),
  ],
  DURATION,
)

/** Each is looked for in every folder. */
const MAX_GLOBS = 1000
const Glob = z
  .string()
  .check(z.minLength(1, 'must not be empty'), z.maxLength(4096, 'is longer than a path can be'))

const RawHealth = z.strictObject({
  command: z.union(
    [z.string().check(z.minLength(1, COMMAND)), z.array(z.string()).check(z.minLength(1, COMMAND))],
    COMMAND,
  ),
  interval: z.optional(Duration),
  timeout: z.optional(Duration),
  retries: z.optional(z.int().check(z.gte(1))),
})

const RawSettings = z.strictObject({
  inputs: z.optional(z.array(Glob).check(z.maxLength(MAX_GLOBS, `must hold at most ${MAX_GLOBS} globs`))),
  keep: z.optional(z.int().check(z.gte(0))),
  health: z.optional(RawHealth),
  apply: z.optional(Apply),
  sealed: z.optional(z.boolean()),
  data: z.optional(RawData),
  registry: z.optional(z.unknown()),
})

export interface Settings {
  inputs: string[]
  keep: number
  apply: Apply
  sealed: boolean
  health?: HealthCheck
  data: DataSettings
}

/**
 * `customizations.pristine`: unlike the rest of the file, an unknown key is `definition-invalid` here.
 * Inputs are globs of the project's folder.
 */
export function readSettings(value: unknown, origin: Origin): Settings {
  const raw = validate(RawSettings, value ?? {}, origin, UNDER)
  for (const key of LATER) {
    if (raw[key] !== undefined && raw[key] !== false) {
      throw unsupported(
        origin,
        [...UNDER, key],
        `customizations.pristine.${key}`,
        'it comes in a later version',
      )
    }
  }
  raw.inputs?.forEach((glob, i) => {
    if (/^(?:[\\/]|[a-z]:)/i.test(glob) || glob.split(/[\\/]/).includes('..')) {
      throw invalid(origin, [...UNDER, 'inputs', i], `"${glob}" leaves the project's folder`)
    }
  })
  return {
    inputs: raw.inputs ?? [],
    keep: raw.keep ?? 5,
    apply: raw.apply ?? 'auto',
    sealed: raw.sealed ?? false,
    ...(raw.health ? { health: readHealth(raw.health, origin) } : {}),
    data: readData(raw.data ?? {}),
  }
}

/** The time between two health checks where a definition gives none, in milliseconds. */
export const DEFAULT_HEALTH_INTERVAL = 1_000

/** In milliseconds. Timers cannot wait much longer, and then do not wait at all. */
const DAY = 86_400_000

function readHealth(raw: z.infer<typeof RawHealth>, origin: Origin): HealthCheck {
  const time = (key: 'interval' | 'timeout', otherwise: number): number => {
    const given = raw[key]
    const milliseconds = given === undefined ? otherwise : toMilliseconds(given)
    if (milliseconds > DAY)
      throw invalid(origin, [...UNDER, 'health', key], `"${key}" must be at most one day`)
    if (milliseconds >= 1) return milliseconds
    throw invalid(origin, [...UNDER, 'health', key], `"${key}" must be at least one millisecond`)
  }
  return {
    command: raw.command,
    interval: time('interval', DEFAULT_HEALTH_INTERVAL),
    timeout: time('timeout', 5_000),
    retries: raw.retries ?? 30,
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function toMilliseconds(duration: number | string): number {
  if (typeof duration === 'number') return Math.round(duration * 1000)
  const unit = duration.replace(/^[\d.]+/, '')
  return Math.round(Number.parseFloat(duration) * (UNITS[unit] ?? 1))
}
