import type { HookName, Hook, RunConfig } from '../../shared/definition.ts'

/** How commands run inside a container: as whom, where, with which variables beside the container's own. */
export interface ExecContext {
  user: string | undefined
  cwd: string
  env: Record<string, string>
}

/** A service's run configuration, resolved for this computer, with the hooks of definition and image in order. */
export interface ResolvedRun {
  run: RunConfig
  hooks: Partial<Record<HookName, Hook[]>>
}

export const envList = (env: Record<string, string>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`)

/** `NAME=value` entries as a record; the last one of a name wins. */
export function envRecord(entries: string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (entries ?? []).map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}
