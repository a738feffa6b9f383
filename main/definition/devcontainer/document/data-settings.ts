import * as z from 'zod/mini'
import { type Hook, HookCommand } from '../../../../shared/definition.ts'
import { hook } from './schema.ts'
import { invalid, type Origin } from './source-position.ts'

const UNDER = ['customizations', 'pristine', 'data']

const command = z.union([...HookCommand.def.options], 'must be a command: a string or a list of strings')

/** `customizations.pristine.data`, as written. */
export const RawData = z.strictObject({
  seed: z.optional(hook),
  freeze: z.optional(
    z.union(
      [...HookCommand.def.options, z.record(z.string(), command)],
      'must be a command, a string or a list of strings, or an object with one for each service',
    ),
  ),
})
type RawData = z.infer<typeof RawData>

/** What fills new data, and what completes data that is about to be captured. */
export interface DataSettings {
  /** Runs where hooks do. */
  seed?: Hook
  /** A command for the container that a person works in, or one for each of the services by their names. */
  freeze?: HookCommand | Record<string, HookCommand>
}

/** Commands that are empty are as good as none. */
export function readData({ seed, freeze }: RawData): DataSettings {
  return {
    ...(isCommand(seed) && { seed }),
    ...(isCommand(freeze) && { freeze }),
  }
}

const isCommand = <T extends object | string>(given: T | undefined): given is T =>
  given !== undefined && Object.keys(given).length > 0

/**
 * The commands of `data.freeze` by services. `entry` is the one that a person works in; `services` are those of the Compose
 * files, of a definition that has some. Errors: `definition-invalid`.
 */
export function freezeByService(
  { freeze = {} }: DataSettings,
  origin: Origin,
  { entry, services }: { entry: string; services: readonly string[] | undefined },
): Record<string, HookCommand> {
  if (typeof freeze === 'string' || Array.isArray(freeze)) return { [entry]: freeze }
  for (const name of Object.keys(freeze)) {
    const place = [...UNDER, 'freeze', name]
    if (!services) throw invalid(origin, place, 'services are named only where Compose files define some')
    if (services.includes(name)) continue
    const known = [...services].sort().join(', ')
    throw invalid(origin, place, `"${name}" is no service that runs; there are ${known}`)
  }
  return Object.fromEntries(Object.entries(freeze).filter(([, one]) => isCommand(one)))
}
