import { invalid, type Origin } from '../document/source-position.ts'
import type { Flag } from './parse-flags.ts'

/**
 * The path of an `--env-file`, as a template; a relative one is meant from the project's folder. Whether it stays in the
 * project is known only when its variables are replaced.
 */
export function readEnvFile({ name, value, path }: Flag, origin: Origin): string {
  if (value === '') throw invalid(origin, path, `"--${name}" needs a value`)
  if (/^(?:[\\/]|\$\{|[a-z]:[\\/])/i.test(value)) return value
  return `\${localWorkspaceFolder}/${value.replace(/^\.\//, '')}`
}
