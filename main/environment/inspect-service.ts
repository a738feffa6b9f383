import type { ServiceDetails } from '../../shared/container.ts'
import { productError } from '../../shared/errors.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { envRecord } from '../container/launch/exec-context.ts'
import { imageIn } from '../container/launch/resolve-service.ts'
import { secretVariables } from '../container/launch/secret-variables.ts'
import { hiding, redact, valuesOfSecrets, valuesOfVariables } from '../container/redact-secrets.ts'
import { hiddenValues, redactedEnv } from '../container/redacted-env.ts'
import { mergeImageMetadata } from '../definition/devcontainer/image-metadata.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ContainerDetails, inspectContainer } from '../docker/containers.ts'
import { inspectImage } from '../docker/images.ts'
import { isOwnLabel } from '../docker/labels.ts'
import type { Hidden } from '../docker/streams/redactor.ts'
import { findPlan } from '../history/find-plan.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/**
 * What the container of a service was created with, without values of this computer; and the texts that nothing of the
 * container may show: those values, and the declared secrets. Nothing runs in it.
 * Errors: `plan-lost`, because it is unknown then which values these are; `removed-meanwhile`; those of the engine.
 */
export async function inspectService(
  host: Host,
  project: Project,
  engine: Engine,
  container: EnvironmentContainer,
): Promise<{ details: ServiceDetails; hidden: Hidden }> {
  const { id, name, service, version } = container
  const [found, image] = await Promise.all([
    inspectContainer(engine, id),
    inspectImage(engine, container.image),
  ])
  if (!found) throw productError('removed-meanwhile', { problem: `The container ${name} is gone` })
  const { services } = await findPlan(host, project, version, image)
  // What was made before services had names of their own is the only one.
  const planned = services.length === 1 ? services[0] : services.find((one) => one.name === service)
  if (!planned) throw productError('service-missing', { service })
  const label = container.isEntry === false ? undefined : image?.Config.Labels?.[METADATA_LABEL]
  const { run, hooks } = mergeImageMetadata(planned.run, label, imageIn(planned))
  const { compose } = planned
  const given = envRecord(found.Config.Env)
  const variables = redactedEnv(given, envRecord(image?.Config.Env), { run, compose })
  const hidden = hiding([
    ...valuesOfSecrets(await secretsOf(host, project, services)),
    ...hiddenValues(given, variables),
    ...valuesOfVariables(secretVariables({ run, hooks, compose }), host.env),
  ])
  const shown = (text: string) => redact(text, hidden)
  const { Running, Paused, Restarting } = found.State
  const details: ServiceDetails = {
    ...{ service, container: { id, name }, running: Running && !Paused && !Restarting },
    variables: variables.map(({ name, value }) => ({ name, value: value === null ? null : shown(value) })),
    mounts: mountsOf(found).map((mount) => ({ ...mount, source: mount.source && shown(mount.source) })),
    labels: labelsOf(found).map(([name, value]) => ({ name, value: shown(value) })),
  }
  return { details, hidden }
}

/** The names and values of the secrets that a version declares, as far as they have a value now. */
async function secretsOf(
  host: Host,
  project: Project,
  services: readonly PlanService[],
): Promise<[name: string, value: string][]> {
  const names = new Set(services.flatMap(({ run }) => run.secrets ?? []))
  const { found } = await host.secrets.find(project, [...names])
  return Object.entries(found).flatMap(([name, one]): [string, string][] =>
    one.state === 'missing' ? [] : [[name, one.value]],
  )
}

/** The engine lists what is in memory elsewhere, as far as it was not asked for as a mount. */
function mountsOf({ Mounts, HostConfig }: ContainerDetails): ServiceDetails['mounts'] {
  const listed = Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
    kind: Type,
    source: (Type === 'volume' ? Name : Source) || null,
    target: Destination,
    readOnly: !RW,
  }))
  const memory = Object.entries(HostConfig.Tmpfs ?? {})
    .filter(([target]) => listed.every((mount) => mount.target !== target))
    .map(([target, options]) => ({
      ...{ kind: 'tmpfs', source: null, target },
      readOnly: options.split(',').includes('ro'),
    }))
  return [...listed, ...memory].sort((a, b) => (a.target < b.target ? -1 : 1))
}

const labelsOf = ({ Config }: ContainerDetails): [name: string, value: string][] =>
  Object.entries(Config.Labels ?? {}).sort(
    ([a], [b]) => Number(isOwnLabel(a)) - Number(isOwnLabel(b)) || (a < b ? -1 : 1),
  )
