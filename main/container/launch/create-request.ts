import { canonical } from '../../../shared/canonical.ts'
import type { RunConfig } from '../../../shared/definition.ts'
import type { ContainerSpec } from '../../docker/containers.ts'
import { isOwnLabel, LABEL } from '../../docker/labels.ts'
import { baseCreateRequest } from './base-create-request.ts'
import { type PortChoice, portKey } from './choose-ports.ts'
import { FIXED_NAMES, type SetNames } from './compose-create-request.ts'
import type { RequestImage, RequestParts } from './create-request-parts.ts'
import { requestHashes } from './request-hashes.ts'

/**
 * The create request of a container, labelled with the hashes of its parts. `names`: of what it shares with the other
 * services of its set.
 */
export function createRequest(
  parts: RequestParts,
  ports: PortChoice[],
  names: SetNames = FIXED_NAMES,
): ContainerSpec {
  const { project, version, service, run, image } = parts
  const spec = baseCreateRequest(parts, names)
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  // In another's network there is nothing to publish, and an engine refuses to.
  for (const { request, host } of sharesNetwork(run) ? [] : ports) {
    const binding = { HostIp: request.address ?? '127.0.0.1', HostPort: host === 0 ? '' : String(host) }
    bindings[portKey(request)] = [...(bindings[portKey(request)] ?? []), binding]
  }
  return {
    ...spec,
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: { ...spec.HostConfig, PortBindings: bindings },
    Labels: {
      ...withoutInherited(image),
      ...run.options.labels,
      [LABEL.project]: project.key,
      [LABEL.version]: version,
      [LABEL.service]: service,
      [LABEL.role]: 'environment',
      [LABEL.path]: project.path,
      [LABEL.request]: canonical(requestHashes(parts)),
      [LABEL.portLabels]: canonical(
        Object.fromEntries(run.ports.flatMap((port) => (port.label ? [[portKey(port), port.label]] : []))),
      ),
    },
  }
}

/** A container has the labels of its image, whoever wrote them: those of Pristine are blank where it says nothing else. */
const withoutInherited = ({ Config }: RequestImage): Record<string, string> =>
  Object.fromEntries(
    Object.keys(Config.Labels ?? {})
      .filter(isOwnLabel)
      .map((name) => [name, '']),
  )

/** Whether a container listens in this computer's network, or in another container's. */
export const sharesNetwork = ({ options }: RunConfig): boolean =>
  /^(?:host$|container:|service:)/.test(options.network ?? '')
