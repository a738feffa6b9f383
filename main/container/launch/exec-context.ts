import type { Hook, HookName, RunConfig } from '../../../shared/definition.ts'

/**
 * How commands run inside a container: the user, the folder, and the variables in addition to the container's own;
 * `null` takes one of those away.
 */
export interface ExecContext {
  user: string | undefined
  /** Undefined for the container's own folder. */
  cwd: string | undefined
  env: Record<string, string | null>
  /** The person's environment, for variables that the commands of a definition name. */
  localEnv: Readonly<Record<string, string | undefined>>
  secretVariables: readonly string[]
}

/** What commands get besides the definition's own variables: what the person forwards, and the values of secrets. */
export interface ProvidedEnv {
  forwarded: Record<string, string>
  secrets: Record<string, string>
}

/**
 * The definition's own variables override forwarded ones; secrets override both, because the definition declares them.
 */
export const withProvidedEnv = (context: ExecContext, { forwarded, secrets }: ProvidedEnv): ExecContext => ({
  ...context,
  env: { ...forwarded, ...context.env, ...secrets },
})

/**
 * A service's run configuration, resolved for this computer, with the hooks of definition and image in order. In hooks,
 * and in the commands that fill and freeze data, the variables of the person's environment are replaced when they run, so
 * that nothing reveals their values.
 */
export interface ResolvedRun {
  run: RunConfig
  hooks: Partial<Record<HookName, Hook[]>>
  localEnv: Readonly<Record<string, string | undefined>>
  /** The variables of the person's environment whose values nothing shows. */
  secretVariables: readonly string[]
}

/** Variables in the engine's form; a name alone takes the variable away. */
export const envList = (env: Record<string, string | null>): string[] =>
  Object.entries(env).map(([name, value]) => (value === null ? name : `${name}=${value}`))

/** `NAME=value` entries as a record; the last one of a name wins. */
export function envRecord(entries: string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (entries ?? []).map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}
