import type { Warning } from '../../../../shared/definition.ts'
import type { Document } from './jsonc.ts'
import { isPortOf, isProcessPattern } from './port-keys.ts'
import type { DevcontainerJson } from './schema.ts'
import { isVariable, variablesIn } from './substitute.ts'

/** Keys that only mean something for one container, with what does the same in Compose files. */
const NOT_WITH_COMPOSE = {
  runArgs: 'the settings of the service',
  appPort: '"ports" of the service',
  workspaceMount: '"volumes" of the service',
} as const

/**
 * What is worth saying of a definition that is understood: settings without effect, unknown variables. `services`: those
 * of its Compose files, where it has some.
 */
export function definitionWarnings(json: DevcontainerJson, services?: readonly string[]): Warning[] {
  const remarks: Warning[] = []
  const say = (code: string, message: string) => remarks.push({ code, message })
  if (json.build?.cacheFrom !== undefined) {
    say('ignored', '"build.cacheFrom" is not needed: the engine keeps the cache of its own builds.')
  }
  if (json.shutdownAction === 'stopCompose' && !services) {
    say('ignored', '"shutdownAction": "stopCompose" has no effect without Docker Compose.')
  }
  if (json.shutdownAction === 'stopContainer' && services) {
    say(
      'ignored',
      '"shutdownAction": "stopContainer" has no effect with Docker Compose; "stopCompose" stops all services.',
    )
  }
  for (const [key, instead] of services ? Object.entries(NOT_WITH_COMPOSE) : []) {
    if (json[key] !== undefined)
      say('ignored', `"${key}" has no effect with Docker Compose: ${instead} says it.`)
  }
  const isOfService = (key: string) => (services ?? []).some((service) => isPortOf(service, key))
  for (const key of Object.keys(json.portsAttributes ?? {}).filter(isProcessPattern)) {
    if (isOfService(key)) continue
    say(
      'ignored',
      `"portsAttributes": "${cut(key)}" is ignored: it is a pattern of command lines, and a port is published before its program runs. Write the port.`,
    )
  }
  for (const name of unknownVariables(json)) {
    say('unknown-variable', `\${${name}} is not a variable of devcontainer.json; it stays as written.`)
  }
  return remarks
}

/** A key that stands twice may be the reason why a change has no effect. */
export const REPEATED = 'repeated-key'

export const repeatedKeys = ({ file, repeated }: Pick<Document, 'file' | 'repeated'>): Warning[] =>
  repeated.map(({ key, lines }) => {
    const name = cut(key)
    const places = `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`
    return {
      code: REPEATED,
      message: `"${name}" stands more than once in ${file}, in the lines ${places}: the last one counts.`,
    }
  })

const LONGEST_NAME = 80

const cut = (key: string): string => (key.length > LONGEST_NAME ? `${key.slice(0, LONGEST_NAME)}…` : key)

/** Hooks are left out: `${NAME}` in a command is the shell's. */
function unknownVariables(json: DevcontainerJson): Set<string> {
  const { image, build, dockerFile, context, name, workspaceFolder, workspaceMount } = json
  const { containerEnv, remoteEnv, containerUser, remoteUser, mounts, runArgs } = json
  const texts = stringsIn([
    [image, build, dockerFile, context, name, workspaceFolder, workspaceMount],
    [containerEnv, remoteEnv, containerUser, remoteUser, mounts, runArgs],
  ])
  return new Set(texts.flatMap(variablesIn).filter((variable) => !isVariable(variable)))
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
