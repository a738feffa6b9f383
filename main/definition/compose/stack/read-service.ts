import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import { readBuild } from './read-build.ts'
import { readDependency, readHealth } from './read-health.ts'
import { readIsolation, readLimits } from './read-limits.ts'
import { readMount } from './read-mounts.ts'
import { readConnection } from './read-networks.ts'
import { readPort } from './read-ports.ts'
import { readProgram } from './read-program.ts'
import { readFileUse } from './read-secrets-and-configs.ts'
import { readTmpfs } from './read-tmpfs.ts'
import { requireFreeLabel } from './require-free-label.ts'
import type { Dependency, StackService } from './stack.ts'

/** One service, by itself. Error: definition-invalid. */
export function readService(name: string, service: Fields): StackService {
  const build = service.fields('build')
  const health = service.fields('healthcheck')
  const image = service.text('image')
  if (!image && build === undefined && service.node('provider') === undefined) {
    throw service.problem(undefined, `"${service.name}" needs "image" or "build"`)
  }
  const read: StackService = {
    name,
    ...defined({
      image: image || undefined,
      build: build && readBuild(build),
      restart: service.text('restart'),
      healthcheck: health && readHealth(health),
      containerName: service.text('container_name'),
    }),
    profiles: service.texts('profiles'),
    dependsOn: {},
    labels: readLabels(service),
    ports: service.list('ports').map(readPort),
    expose: service.texts('expose'),
    mounts: service.list('volumes').map(readMount),
    tmpfs: readTmpfs(service),
    secrets: service.list('secrets').map(readFileUse),
    configs: service.list('configs').map(readFileUse),
    network: readConnection(service),
    links: service.texts('links'),
    ...readProgram(service),
    ...readLimits(service),
    ...readIsolation(service),
  }
  return { ...read, dependsOn: { ...impliedDependencies(read, service), ...writtenDependencies(service) } }
}

function readLabels(service: Fields): Record<string, string> {
  const labels = service.filledPairs('labels')
  const places = service.fields('labels')
  for (const name of Object.keys(labels)) {
    if (places) requireFreeLabel(name, places.path(name), places.placeOf(name))
  }
  return labels
}

const writtenDependencies = (service: Fields): Record<string, Dependency> =>
  Object.fromEntries(service.named('depends_on').map(([name, one]) => [name, readDependency(one)]))

/** The services that a service cannot be without, even if it does not say that it depends on them. */
function impliedDependencies(read: StackService, service: Fields): Record<string, Dependency> {
  const linked = read.links.map((link) => link.split(':')[0] ?? link)
  const { ipc, pid, uts } = read
  const joined = [ipc, pid, uts, read.network.kind === 'mode' ? read.network.mode : undefined].flatMap(
    (mode) => /^service:(.+)$/.exec(mode ?? '')?.[1] ?? [],
  )
  const mounted = service
    .texts('volumes_from')
    .filter((from) => !from.startsWith('container:'))
    .map((from) => from.split(':')[0] ?? from)
  const needs = (restart: boolean) => (name: string) =>
    [name, { condition: 'service_started', required: true, restart }] as const
  return Object.fromEntries([...mounted.map(needs(false)), ...[...linked, ...joined].map(needs(true))])
}
