import type { Warning } from '../../../../shared/definition.ts'
import { type Origin, unsupported } from '../document/source-position.ts'
import { readFlags } from './parse-flags.ts'
import { RUN_FLAGS, type RunArgs } from './run-flags.ts'

/**
 * Reads `runArgs` by the table of `docker run`'s options: what stays inside the container or can be granted is applied, what
 * means nothing here is a warning, and the rest is refused with its reason.
 * Errors: `definition-invalid`, `definition-unsupported`.
 */
export function readRunArgs(args: readonly string[], origin: Origin): RunArgs & { warnings: Warning[] } {
  const requested: RunArgs = { env: {}, mounts: [], ports: [], options: {} }
  const warnings: Warning[] = []
  for (const flag of readFlags(args, RUN_FLAGS, { path: ['runArgs'], command: 'docker run' }, origin)) {
    const rule = RUN_FLAGS[flag.name]
    if (rule === undefined) throw new TypeError(`The option ${flag.name} is known, but has no rule.`)
    switch (rule.kind) {
      case 'inside':
      case 'granted':
        rule.apply(requested, flag, origin)
        break
      case 'ignored':
        warnings.push({ code: 'ignored', message: `runArgs "--${flag.name}" is ignored: ${rule.reason}.` })
        break
      case 'refused':
        throw unsupported(origin, flag.path, `runArgs: --${flag.name}`, rule.reason)
    }
  }
  return { ...requested, warnings }
}
