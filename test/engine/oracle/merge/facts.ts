import { HOOKS, type Hook, type HookName, type Mount } from '../../../../shared/definition.ts'
import type { Observation } from '../observe.ts'

/**
 * How a container is to be run, by whichever tool merged the definition with what its image and its features ask for. Both
 * tools' own forms are read into this one.
 */
export interface Merged {
  workspaceFolder: string
  workspaceMount: Mount | null
  containerEnv: Record<string, string>
  remoteEnv: Record<string, string | null>
  containerUser: string | undefined
  remoteUser: string | undefined
  userEnvProbe: string
  overrideCommand: boolean
  init: boolean
  privileged: boolean
  capAdd: string[]
  securityOpt: string[]
  entrypoints: string[]
  mounts: Mount[]
  hooks: Partial<Record<HookName, Hook[]>>
  /** Forwarded ports of the container. */
  ports: { port: number; label: string | undefined; fixed: boolean }[]
  /** In the order of their installation. */
  features: MergedFeature[]
  /** What only one of the tools reads, by key. */
  others: Record<string, unknown>
}

export interface MergedFeature {
  /** The last part of its name, without version. */
  name: string
  /** What its script is given. */
  variables: Record<string, string>
  /** What it sets in the image. */
  env: Record<string, string>
  /** What tools that open the environment find of it. */
  customizations: unknown
}

/** The facts of a merged definition by name, so that a difference names what differs. */
export function factsOf(merged: Merged): Observation {
  const { containerEnv, remoteEnv, mounts, hooks, ports, features, others } = merged
  const list = (values: string[]) => JSON.stringify([...values].sort())
  const facts: [string, unknown][] = [
    ['workspace folder', merged.workspaceFolder],
    ['workspace mount', mountText(merged.workspaceMount)],
    ...Object.entries(containerEnv).map(([name, value]): [string, string] => [
      `container env ${name}`,
      value,
    ]),
    ...Object.entries(remoteEnv).map(([name, value]): [string, string | null] => [`env ${name}`, value]),
    ['container user', merged.containerUser],
    ['user', merged.remoteUser],
    ['user env probe', merged.userEnvProbe],
    ['override command', merged.overrideCommand],
    ['init', merged.init],
    ['privileged', merged.privileged],
    ['capabilities', list(merged.capAdd)],
    ['security options', list(merged.securityOpt)],
    ['entry points', JSON.stringify(merged.entrypoints)],
    ...mounts.map((mount): [string, unknown] => [`mount ${mount.target}`, mountText(mount)]),
    ...HOOKS.map((name): [string, unknown] => [
      name,
      JSON.stringify((hooks[name] ?? []).filter(asksForSomething)),
    ]),
    ...ports.map(({ port, label, fixed }): [string, unknown] => [
      `port ${port}`,
      JSON.stringify({ label, fixed }),
    ]),
    ...features.flatMap(factsOfFeature),
    ...Object.entries(others).map(([key, value]): [string, unknown] => [key, value && JSON.stringify(value)]),
  ]
  const known = facts.filter(([, value]) => value !== undefined)
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]))
}

function factsOfFeature(
  { name, variables, env, customizations }: MergedFeature,
  at: number,
): [string, unknown][] {
  const of = `feature ${at + 1}`
  return [
    [of, name],
    ...Object.entries(variables).map(([variable, value]): [string, unknown] => [
      `${of} option ${variable}`,
      value,
    ]),
    ...Object.entries(env).map(([variable, value]): [string, unknown] => [`${of} env ${variable}`, value]),
    [`${of} customizations`, customizations && JSON.stringify(customizations)],
  ]
}

const asksForSomething = (hook: Hook): boolean => Object.keys(hook).length > 0

function mountText(mount: Mount | null): string {
  if (mount === null) return 'none'
  if (mount.kind === 'tmpfs') return 'tmpfs'
  return `${mount.kind} ${mount.source} ${mount.readOnly ? 'ro' : 'rw'}`
}

/** The last part of a reference to a feature, without its version. Registries know no capitals. */
export const nameOfFeature = (reference: string): string =>
  reference
    .toLowerCase()
    .replace(/.*\//, '')
    .replace(/[:@].*/, '')
