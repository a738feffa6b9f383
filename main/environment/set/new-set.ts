import { randomBytes } from 'node:crypto'
import { shortId } from '../../../shared/ids.ts'
import type { SetNames } from '../../container/launch/compose-create-request.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { LABEL } from '../../docker/labels.ts'
import type { NetworkSpec } from '../../docker/networks.ts'

/** What one swap creates: a container for each service, and the networks between them. */
export interface NewSet {
  /** It is also the name of the only container of a definition without Compose files. */
  name: string
  names: SetNames
  /** Its labels on containers; none without Compose files. */
  labels: Record<string, string>
  /** Its own networks, by their names on the engine. */
  networks: { name: string; spec: NetworkSpec }[]
}

/** A set with a new, unique name. `launch` is the launch of the service that a person works in. */
export function newSet({ parts, service }: Launch): NewSet {
  const { project, version, composed } = parts
  const name = `pristine-${project.key}-${shortId(version)}-${randomBytes(3).toString('hex')}`
  const network = (key: string) => `${name}-${key}`
  if (!composed) return { name, names: { network, container: () => name }, labels: {}, networks: [] }
  const labels = { [LABEL.set]: name, [LABEL.entry]: service }
  const owner = { [LABEL.project]: project.key, [LABEL.path]: project.path, [LABEL.set]: name }
  return {
    name,
    names: { network, container: (of) => `${name}-${of}` },
    labels,
    networks: stackNetworks({ parts }, network, owner),
  }
}

/** The stack's own networks, by their names on the engine; none without Compose files. */
export function stackNetworks(
  { parts: { composed } }: Pick<Launch, 'parts'>,
  nameOf: (key: string) => string,
  labels: Record<string, string>,
): NewSet['networks'] {
  const { services = {}, networks = {} } = composed?.stack ?? {}
  const used = Object.values(services).flatMap((one) =>
    one.network.kind === 'networks' ? Object.keys(one.network.networks) : [],
  )
  return [...new Set(used)].sort().flatMap((key) => {
    const { external = false, internal = false, ipv4, ipv6 } = networks[key] ?? {}
    return external ? [] : [{ name: nameOf(key), spec: { internal, ipv4, ipv6, labels } }]
  })
}
