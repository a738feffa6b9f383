import { MAX_SERVICES } from '../load/request-file.ts'
import type { Mapping } from '../yaml/node.ts'
import { checkCircles, checkReferences } from './check-references.ts'
import { chooseServices } from './choose-services.ts'
import { defined } from './defined.ts'
import { Fields } from './fields.ts'
import { readNetwork, readVolume } from './read-networks.ts'
import { readFile } from './read-secrets-and-configs.ts'
import { readService } from './read-service.ts'
import type { FileUse, Stack } from './stack.ts'

/** Which services are wanted. */
export interface Choice {
  profiles?: readonly string[]
  /** By their names, whatever their profiles. */
  services?: readonly string[]
  /** Only these and those that they depend on take part; absent: all that are wanted. */
  only?: readonly string[]
}

/** Reads the merged tree of Compose files as a stack. Error: definition-invalid. */
export function readStack(tree: Mapping, { profiles = [], services: wanted = [], only }: Choice = {}): Stack {
  const top = new Fields(tree, '')
  const services = top.named('services')
  if (services.length === 0) throw top.problem('services', 'expected at least one service in "services"')
  if (services.length > MAX_SERVICES) {
    throw top.problem('services', `expected at most ${MAX_SERVICES} services`)
  }
  const { taking, leftOut } = chooseServices(services, profiles, wanted)
  const resources = <T>(key: string, read: (fields: Fields) => T) =>
    Object.fromEntries(top.named(key).map(([name, fields]) => [name, read(fields)]))
  const stack: Stack = {
    ...defined({ name: top.text('name') }),
    services: Object.fromEntries(taking.map(([name, fields]) => [name, readService(name, fields)])),
    withoutProfile: leftOut,
    notNeeded: [],
    networks: resources('networks', readNetwork),
    volumes: resources('volumes', readVolume),
    secrets: resources('secrets', readFile),
    configs: resources('configs', readFile),
  }
  const fieldsOf = new Map(taking)
  for (const [name, fields] of taking) {
    const service = stack.services[name]
    if (service) checkReferences(service, fields, stack)
  }
  checkCircles(stack, fieldsOf)
  const run = only === undefined ? stack : withNeeded(stack, only)
  return { ...run, ...usedOf(run) }
}

/** A stack with some services and all that these depend on. */
function withNeeded(stack: Stack, only: readonly string[]): Stack {
  const needed = new Set<string>()
  const add = (name: string): void => {
    const service = Object.hasOwn(stack.services, name) ? stack.services[name] : undefined
    if (!service || needed.has(name)) return
    needed.add(name)
    for (const dependency of Object.keys(service.dependsOn)) add(dependency)
  }
  for (const name of only) add(name)
  const all = Object.entries(stack.services)
  return {
    ...stack,
    services: Object.fromEntries(all.filter(([name]) => needed.has(name))),
    notNeeded: all.map(([name]) => name).filter((name) => !needed.has(name)),
  }
}

/** The services of Compose files that take no part. */
export const leftOutOf = ({ withoutProfile, notNeeded }: Stack): string[] => [...withoutProfile, ...notNeeded]

/** What services use of the rest: nothing else is made. */
function usedOf({ services, networks, volumes, secrets, configs }: Stack) {
  const all = Object.values(services)
  const only = <T>(defined: Record<string, T>, names: string[]) =>
    Object.fromEntries(Object.entries(defined).filter(([name]) => names.includes(name)))
  const sources = (uses: FileUse[]) => uses.map(({ source }) => source)
  return {
    networks: only(
      networks,
      all.flatMap(({ network }) => (network.kind === 'networks' ? Object.keys(network.networks) : [])),
    ),
    volumes: only(
      volumes,
      all.flatMap(({ mounts }) => mounts.flatMap((one) => (one.kind === 'volume' ? (one.source ?? []) : []))),
    ),
    secrets: only(
      secrets,
      all.flatMap((service) => sources([...service.secrets, ...(service.build?.secrets ?? [])])),
    ),
    configs: only(
      configs,
      all.flatMap((service) => sources(service.configs)),
    ),
  }
}
