import {
  HOOKS,
  type Hook,
  type Hooks,
  type RunConfig,
  type RunOptions,
  type Warning,
} from '../../../../shared/definition.ts'
import type { ProjectPaths } from '../../../files/project-paths.ts'
import { readSecrets } from '../document/declared-secrets.ts'
import type { Settings } from '../document/pristine-settings.ts'
import type { DevcontainerJson } from '../document/schema.ts'
import { invalid, type Origin } from '../document/source-position.ts'
import { variablesIn } from '../document/substitute.ts'
import { mergeMounts, parseMount } from './parse-mounts.ts'
import { mergePorts, readAppPorts, readForwardPorts } from './parse-ports.ts'
import { readRunArgs } from './run-args.ts'
import { readSecurityOption } from './run-values.ts'
import { readWorkspace } from './workspace.ts'

/** What Compose files say of the service that a definition is for, and the names of all of their services. */
interface OfCompose {
  init?: boolean | undefined
  /** Where it is the same on every computer. */
  user?: string | undefined
  services: readonly string[]
}

/**
 * How the container is run: the definition's values over Pristine's defaults. `init` is on by default, because a
 * process 1 without it ignores its stop signal. `compose`: where Compose files define the service, which mount the
 * workspace and say what it runs.
 */
export function readRunConfig(
  written: DevcontainerJson,
  settings: Settings,
  project: ProjectPaths,
  origin: Origin,
  compose?: OfCompose,
): { run: RunConfig; warnings: Warning[] } {
  const json = compose ? withDefaultsOfCompose(written, compose) : written
  const args = readRunArgs(json.runArgs ?? [], origin)
  const containerUser = args.user ?? json.containerUser
  const { initializeCommand } = json
  if (JSON.stringify(initializeCommand ?? '').length > LONGEST_COMMAND) {
    throw invalid(origin, ['initializeCommand'], '"initializeCommand" is longer than 64 KiB')
  }
  const secrets = readSecrets(json, origin).map(({ name }) => name)
  const mounts = (json.mounts ?? []).map((mount, i) => parseMount(mount, origin, ['mounts', i]))
  const run: RunConfig = {
    ...readWorkspace(json, project, origin),
    containerEnv: Object.fromEntries([json.containerEnv ?? {}, args.env].flatMap(Object.entries<string>)),
    remoteEnv: json.remoteEnv ?? {},
    ...(containerUser === undefined ? {} : { containerUser }),
    ...(json.remoteUser === undefined ? {} : { remoteUser: json.remoteUser }),
    userEnvProbe: json.userEnvProbe ?? DEFAULTS.userEnvProbe,
    mounts: mergeMounts([...mounts, ...args.mounts]),
    init: args.init ?? json.init ?? DEFAULTS.init,
    overrideCommand: json.overrideCommand ?? (compose ? false : DEFAULTS.overrideCommand),
    ports: mergePorts([
      ...readForwardPorts(json.forwardPorts ?? [], json, origin, compose?.services),
      ...readAppPorts(json.appPort ?? [], json, origin),
      ...args.ports,
    ]),
    publishExposed: false,
    hooks: hooksOf(json),
    ...(isCommand(initializeCommand) && { initializeCommand }),
    ...(settings.health ? { health: settings.health } : {}),
    ...(settings.sealed ? { sealed: true } : {}),
    ...(settings.data.seed && { seed: settings.data.seed }),
    options: mergePrivileges(args.options, [readPrivileges(json, origin)]),
    ...(secrets.length > 0 && { secrets }),
  }
  const unset = UNSETTABLE.filter((key) => json[key] === undefined)
  requireValidVariables(json, origin)
  return { run: unset.length > 0 ? { ...run, unset } : run, warnings: args.warnings }
}

/** The specification has other defaults for services of Compose files, and no meaning for what such a file says itself. */
function withDefaultsOfCompose(json: DevcontainerJson, compose: OfCompose): DevcontainerJson {
  const { runArgs: _, appPort: __, ...kept } = json
  const { containerUser: user = compose.user, init = compose.init } = json
  return {
    ...kept,
    workspaceFolder: json.workspaceFolder ?? '/',
    workspaceMount: '',
    ...(user !== undefined && { containerUser: user }),
    ...(init !== undefined && { init }),
  }
}

/** What `privileged`, `capAdd` and `securityOpt` ask for, in a definition or in the metadata of an image. */
export function readPrivileges(
  written: Pick<DevcontainerJson, 'privileged' | 'capAdd' | 'securityOpt'>,
  origin: Origin,
): Privileges {
  const { privileged = false, capAdd = [], securityOpt = [] } = written
  return {
    privileged,
    capAdd,
    securityOpt: securityOpt.map((option, i) => readSecurityOption(option, origin, ['securityOpt', i])),
  }
}

interface Privileges {
  privileged: boolean
  capAdd: string[]
  securityOpt: string[]
}

/** Privileged if any of them is, and the lists combined, as the specification merges them. */
export function mergePrivileges(options: RunOptions, others: Privileges[]): RunOptions {
  const together = (key: 'capAdd' | 'securityOpt') => [
    ...new Set([...others.flatMap((other) => other[key]), ...(options[key] ?? [])]),
  ]
  const [capAdd, securityOpt] = [together('capAdd'), together('securityOpt')]
  return {
    ...options,
    ...(others.some(({ privileged }) => privileged) && { privileged: true as const }),
    ...(capAdd.length > 0 && { capAdd }),
    ...(securityOpt.length > 0 && { securityOpt }),
  }
}

/** A person has to read it before it is granted. */
const LONGEST_COMMAND = 64 * 1024

const DEFAULTS = {
  userEnvProbe: 'loginInteractiveShell',
  init: true,
  overrideCommand: true,
} as const

const UNSETTABLE = ['overrideCommand', 'userEnvProbe'] as const

/** The in-container hooks that ask for something; an empty command is as good as none. */
export function hooksOf(json: Pick<DevcontainerJson, (typeof HOOKS)[number]>): Hooks {
  const hooks: Hooks = {}
  for (const name of HOOKS) {
    const hook = json[name]
    if (isCommand(hook)) hooks[name] = hook
  }
  return hooks
}

const isCommand = (hook: Hook | undefined): hook is Hook => hook !== undefined && Object.keys(hook).length > 0

/**
 * Refuses variables that no container can have. The engine would cut a variable's name at its first "=". What the container has is not known before it is made: a text
 * that stays as written would be a PATH on which nothing lies. Errors: `definition-invalid`.
 */
export function requireValidVariables(
  json: Pick<DevcontainerJson, 'containerEnv' | 'remoteEnv'>,
  origin: Origin,
): void {
  for (const key of ['containerEnv', 'remoteEnv'] as const) {
    for (const [name, value] of Object.entries(json[key] ?? {})) {
      if (/^$|[=\0]/.test(name)) throw invalid(origin, [key, name], `"${name}" cannot be a variable's name`)
      if (key === 'remoteEnv' || !variablesIn(value ?? '').some(isOfContainer)) continue
      const problem = `"containerEnv.${name}" cannot use \${containerEnv:…}, which is known once the container is made; use "remoteEnv" for it`
      throw invalid(origin, [key, name], problem)
    }
  }
}

const isOfContainer = (variable: string): boolean => variable.startsWith('containerEnv:')
