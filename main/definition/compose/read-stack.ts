import { checkCircles, checkReferences } from './check-references.ts'
import { chooseServices } from './choose-services.ts'
import { defined } from './defined.ts'
import { Fields } from './fields.ts'
import { readFile } from './read-files.ts'
import { readNetwork, readVolume } from './read-networks.ts'
import { readService } from './read-service.ts'
import type { FileUse, Stack } from './stack.ts'
import type { Mapping } from './yaml/node.ts'

/** Which services are wanted. */
export interface Choice {
  profiles?: readonly string[]
  /** By their names, whatever their profiles. */
  services?: readonly string[]
}

const MAX_SERVICES = 100

/** Reads the merged tree of Compose files as a stack. Error: definition-invalid. */
export function readStack(tree: Mapping, { profiles = [], services: wanted = [] }: Choice = {}): Stack {
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
  return { ...stack, ...usedOf(stack) }
}

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
