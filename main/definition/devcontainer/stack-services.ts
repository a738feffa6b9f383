import { posix } from 'node:path'
import type { ComposeRecord, PortRequest, RunConfig, Service, Stack } from '../../../shared/definition.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { isChosenByVariables } from '../compose/chosen-resources.ts'
import type { ComposeReading } from '../compose/read-compose.ts'
import { type Json, membersOf } from '../compose/record.ts'
import { FOLDER } from '../compose/recorded-stack.ts'
import type { StackService } from '../compose/stack/stack.ts'
import { portsByNetwork } from './network-ports.ts'
import { stackSource } from './stack-source.ts'

/** What a definition adds to the services of its Compose files. */
export interface StackParts {
  /** The name of the service that a person works in. */
  entry: string
  /** How that service is run, besides what the Compose files say. */
  run: RunConfig
  features?: Service['features']
  /** Ports of other services that are to be reachable on this computer, by their names. */
  ports?: ReadonlyMap<string, PortRequest[]>
}

/** The services that Compose files define: the one that a person works in, and the others by their names. */
export function stackServices(
  reading: ComposeReading,
  { entry, run, features, ports }: StackParts,
  project: ProjectPaths,
): Promise<Service[]> {
  const { [entry]: first, ...others } = reading.stack.services
  const sorted = Object.values(others).sort((a, b) => (a.name < b.name ? -1 : 1))
  const placed = portsByNetwork(reading.stack.services, new Map([[entry, run.ports], ...(ports ?? [])]))
  const portsOf = ({ name }: StackService): PortRequest[] => placed.get(name) ?? []
  return Promise.all(
    [...(first ? [first] : []), ...sorted].map(
      async (service): Promise<Service> => ({
        name: service.name,
        source: await stackSource(service, reading, project),
        ...(service.name === entry
          ? { run: { ...run, ports: portsOf(service) }, ...(features && features.length > 0 && { features }) }
          : { run: { ...AS_COMPOSE_SAYS, init: service.init ?? false, ports: portsOf(service) } }),
        variables: reading.serviceVariables[service.name]?.build ?? [],
        compose: recordOfService(reading.record, service),
      }),
    ),
  )
}

/** What the services share, and the files that decide how they run. */
export function stackOf(reading: ComposeReading): Stack {
  const { record, stack, givenName, files, absent, valueFiles, deciding } = reading
  const resources = Object.entries({
    networks: stack.networks,
    volumes: stack.volumes,
    secrets: stack.secrets,
    configs: stack.configs,
  }).flatMap(([key, used]): [string, Json][] => {
    const recorded = membersOf(membersOf(record)[key])
    const all = isChosenByVariables(record, key)
    const kept = Object.entries(recorded).filter(([name]) => all || Object.hasOwn(used, name))
    return kept.length > 0 ? [[key, Object.fromEntries(kept)]] : []
  })
  // The first file, or the `.env` beside it, is read first.
  const folder = posix.dirname(files[0] ?? '.')
  return {
    resources: {
      ...Object.fromEntries(resources),
      // It is the value of a variable.
      ...(givenName !== undefined && { name: givenName }),
      ...(folder !== '.' && { [FOLDER]: folder }),
    },
    valueFiles: valueFiles.toSorted(),
    deciding,
    files,
    absent,
  }
}

/**
 * The user and the folder of a service, where they are the same on every computer. A text that looks like a variable of a
 * devcontainer.json would become one.
 */
export function fixedParts({ record }: ComposeReading, service: StackService) {
  const recorded = recordOfService(record, service)
  const volumes = Array.isArray(recorded['volumes']) ? recorded['volumes'] : []
  const fixed = (value: string | undefined, key: string): string | undefined =>
    value !== undefined && String(recorded[key]) === value && !value.includes('${') ? value : undefined
  return {
    user: fixed(service.user, 'user'),
    workingDir: fixed(service.workingDir, 'working_dir'),
    /** Where its mounts are. */
    targets: volumes.flatMap((volume) => {
      const { target } = membersOf(volume)
      return typeof target === 'string' && !target.includes('${') ? [target] : []
    }),
  }
}

/** A service with nothing of a devcontainer.json: its Compose files say how it runs. */
const AS_COMPOSE_SAYS: RunConfig = {
  workspaceFolder: '/',
  workspaceMount: null,
  containerEnv: {},
  remoteEnv: {},
  userEnvProbe: 'none',
  mounts: [],
  init: false,
  overrideCommand: false,
  ports: [],
  publishExposed: false,
  hooks: {},
  options: {},
}

/** What is planned by value, and what only decides whether it takes part. */
const ELSEWHERE = ['image', 'build', 'profiles']

export function recordOfService(record: Json, { name }: StackService): ComposeRecord {
  const recorded = membersOf(membersOf(membersOf(record)['services'])[name])
  return Object.fromEntries(Object.entries(recorded).filter(([key]) => !ELSEWHERE.includes(key)))
}
