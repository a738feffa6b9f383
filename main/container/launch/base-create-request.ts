import type { Mount, RunConfig } from '../../../shared/definition.ts'
import { contentMounts } from '../../data/baked-content.ts'
import type { ContainerSpec, MountSettings } from '../../docker/containers.ts'
import { AGENT_TARGET } from '../../personal/ssh-agent-folder.ts'
import { composeCreateRequest, externalVolumes, type SetNames } from './compose-create-request.ts'
import type { RequestImage, RequestParts } from './create-request-parts.ts'
import { extraHostConfig } from './extra-host-config.ts'
import { engineCheck, NO_CHECK } from './health-request.ts'
import { IDLE_ENTRYPOINT } from './idle-entrypoint.ts'
import { managedVolumes } from './managed-volumes.ts'
import { sealedHost } from './read-only-root.ts'

/**
 * The create request of a container without its ports and labels. `names`: of what it shares with the other services of its
 * set.
 */
export function baseCreateRequest(parts: RequestParts, names: SetNames): ContainerSpec {
  const { image, run, composed } = parts
  const spec = plainRequest(parts)
  return composed ? composeCreateRequest(spec, composed, run, image, names) : spec
}

function plainRequest(parts: RequestParts): ContainerSpec {
  const { image, run, agent, content, composed } = parts
  const { options } = run
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const volumes = managedVolumes(parts).map(
    (volume): MountSettings => ({
      Type: 'volume',
      Source: volume.name,
      Target: volume.target,
      ReadOnly: volume.readOnly,
    }),
  )
  const memory = memoryOf(run)
  const others = [
    ...volumes,
    ...mounts.flatMap(hostMount),
    ...(agent === undefined ? [] : [agentMount(agent)]),
  ]
  const external = externalVolumes(composed, run)
  const taken = [...others, ...external, ...Object.keys(memory).map((Target) => ({ Target }))]
  const all = [...others, ...(content ? contentMounts(content, taken) : []), ...external]
  return {
    Image: image.Id,
    Env: Object.entries(run.containerEnv).map(([name, value]) => `${name}=${value}`),
    ...(run.containerUser !== undefined && { User: run.containerUser }),
    ...programOf(run, image),
    ...(options.hostname !== undefined && { Hostname: options.hostname }),
    ...(options.stopSignal !== undefined && { StopSignal: options.stopSignal }),
    ...(options.stopTimeout !== undefined && { StopTimeout: options.stopTimeout }),
    ...(options.domainname !== undefined && { Domainname: options.domainname }),
    ...(options.workdir !== undefined && { WorkingDir: options.workdir }),
    ...(options.network !== undefined &&
      options.networkAliases && {
        NetworkingConfig: { EndpointsConfig: { [options.network]: { Aliases: options.networkAliases } } },
      }),
    ...(isKeptAlive(run, image) && { Healthcheck: NO_CHECK }),
    ...(run.health && { Healthcheck: engineCheck(run.health) }),
    HostConfig: {
      Init: run.init,
      Mounts: all,
      ...(options.shmSize !== undefined && { ShmSize: options.shmSize }),
      ...(options.memory !== undefined && { Memory: options.memory }),
      ...(options.cpus !== undefined && { NanoCpus: Math.round(options.cpus * 1e9) }),
      ...(options.pidsLimit !== undefined && { PidsLimit: options.pidsLimit }),
      ...(options.ulimits && {
        Ulimits: options.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      }),
      ...(options.extraHosts && { ExtraHosts: options.extraHosts }),
      ...(options.dns && { Dns: options.dns }),
      ...(options.capDrop && { CapDrop: options.capDrop }),
      ...(options.readOnly && { ReadonlyRootfs: true }),
      ...(options.privileged && { Privileged: true }),
      ...(options.capAdd && { CapAdd: options.capAdd }),
      ...(options.securityOpt && { SecurityOpt: options.securityOpt }),
      ...(options.devices && {
        Devices: options.devices.map(({ source, target, access }) => ({
          PathOnHost: source,
          PathInContainer: target,
          CgroupPermissions: access,
        })),
      }),
      ...(isAlone(options.network) && { NetworkMode: options.network }),
      ...(isAlone(options.pid) && { PidMode: options.pid }),
      ...(isAlone(options.ipc) && { IpcMode: options.ipc }),
      ...(options.uts !== undefined && { UTSMode: options.uts }),
      ...(options.userns !== undefined && { UsernsMode: options.userns }),
      ...(options.cgroupns !== undefined && { CgroupnsMode: options.cgroupns }),
      ...extraHostConfig(options),
      ...(Object.keys(memory).length > 0 && { Tmpfs: memory }),
      ...(run.sealed && sealedHost(all, memory)),
    },
  }
}

/** Whether a mode is given, and names no other service of the set: `composeCreateRequest` adds those. */
const isAlone = (mode: string | undefined): mode is string =>
  mode !== undefined && !mode.startsWith('service:')

/** The mount of the person's ssh agent: read-only, so that nothing inside can create a socket there that others take for the agent's. */
export const agentMount = (folder: string): MountSettings => ({
  Type: 'bind',
  Source: folder,
  Target: AGENT_TARGET,
  ReadOnly: true,
})

/**
 * The file systems in memory that have options, by their paths: a mount has none but a size and a mode in an older engine.
 */
export function memoryOf({ mounts }: Pick<RunConfig, 'mounts'>): Record<string, string> {
  return Object.fromEntries(
    mounts.flatMap((mount) => {
      if (mount.kind !== 'tmpfs' || !mount.options) return []
      const size = mount.size === undefined ? [] : [`size=${mount.size}`]
      return [[mount.target, [...mount.options, ...size].join(',')]]
    }),
  )
}

/**
 * What a container runs, where that is not what its image says. Entry points of features run one after the other, as the
 * Dev Containers CLI runs them, and then it.
 */
function programOf(run: RunConfig, image: RequestImage): Pick<ContainerSpec, 'Entrypoint' | 'Cmd'> {
  const own = isKeptAlive(run, image)
    ? { Entrypoint: IDLE_ENTRYPOINT, Cmd: [] }
    : { Entrypoint: image.Config.Entrypoint ?? [], Cmd: image.Config.Cmd ?? [] }
  if (run.entrypoints) {
    const script = [...run.entrypoints, 'exec "$@"'].join('\n')
    return { Entrypoint: ['/bin/sh', '-c', script, 'sh', ...own.Entrypoint], Cmd: own.Cmd }
  }
  return isKeptAlive(run, image) ? own : {}
}

/** Whether a container runs no program of its image's, because it shall not or there is none. */
export const isKeptAlive = (run: RunConfig, image: RequestImage): boolean =>
  run.overrideCommand || !hasProgram(image)

/** An engine does not create a container without a program. */
const hasProgram = ({ Config }: RequestImage): boolean =>
  (Config.Entrypoint?.length ?? 0) > 0 || (Config.Cmd?.length ?? 0) > 0

function hostMount(mount: Mount): MountSettings[] {
  switch (mount.kind) {
    case 'bind':
      return [{ Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly }]
    case 'tmpfs':
      if (mount.options) return []
      return [
        {
          Type: 'tmpfs',
          Source: '',
          Target: mount.target,
          ...(mount.size !== undefined && { TmpfsOptions: { SizeBytes: mount.size, Mode: 0o1777 } }),
        },
      ]
    case 'volume':
      return []
  }
}
