import type { Definition, Service, Warning } from '../../shared/definition.ts'
import { productError } from '../../shared/errors.ts'
import type { SecretMount } from './dockerfile/analysis.ts'
import type { DockerfileReading } from './dockerfile/dockerfile-reading.ts'
import { dockerfileName } from './dockerfile-name.ts'

/** A service and its Dockerfile, as read. */
interface ReadBuild {
  service: Service
  reading: Pick<DockerfileReading, 'secrets'>
}

/**
 * Refuses a build that cannot do without a secret that its definition does not declare.
 * Errors: `secret-undeclared`.
 */
export function requireDeclaredMounts(definition: Definition, read: ReadBuild): void {
  const mount = undeclared(definition, read).find(({ required }) => required)
  if (!mount) return
  const declared = definition.secrets.map(({ name }) => name)
  throw productError('secret-undeclared', { name: mount.id, declared, at: placeOf(read, mount) })
}

/** A mount that the build can do without is legal, and empty. */
export function undeclaredMountWarnings(definition: Definition, read: ReadBuild): Warning[] {
  const [mount, ...more] = undeclared(definition, read)
  if (!mount) return []
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  const message = `${placeOf(read, mount)} mounts the secret ${mount.id}${others}, which "secrets" in devcontainer.json does not declare: the build runs without it.`
  return [{ code: 'secret-undeclared', message }]
}

/** One mount of each, which is required if any is. */
function undeclared({ secrets }: Definition, { reading }: ReadBuild): SecretMount[] {
  const byId = new Map<string, SecretMount>()
  for (const mount of [...reading.secrets.filter(({ required }) => required), ...reading.secrets])
    if (!byId.has(mount.id)) byId.set(mount.id, mount)
  return [...byId.values()].filter(({ id }) => !secrets.some(({ name }) => name === id))
}

const placeOf = ({ service: { source } }: ReadBuild, { line }: SecretMount): string =>
  source.kind === 'build' ? `${dockerfileName(source)}:${line}` : source.reference
