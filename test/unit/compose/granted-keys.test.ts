import { expect, test } from 'vitest'
import { COMPOSE_KEYS } from '../../../main/definition/compose/keys/compose-keys.ts'
import type { ContainerSpec } from '../../../main/docker/containers.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { permissionsOfBuild } from '../../../main/trust/build-permissions.ts'
import { permissionsOfRequest } from '../../../main/trust/request-permissions.ts'
import { permissionsOfService } from '../../../main/trust/service-permissions.ts'
import type { Permission } from '../../../shared/trust.ts'
import { makeProject, readRun } from '../definition/project.ts'

type HostConfig = NonNullable<ContainerSpec['HostConfig']> & { CgroupnsMode?: string }

/** What a create request has for each key that has to be granted. */
const REQUESTS: Record<string, HostConfig> = {
  'services.*.cap_add': { CapAdd: ['SYS_PTRACE'] },
  'services.*.cgroup': { CgroupnsMode: 'host' },
  'services.*.deploy.resources.reservations.devices': {
    DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
  },
  'services.*.device_cgroup_rules': { DeviceCgroupRules: ['c 1:3 mr'] },
  'services.*.devices': {
    Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/null', CgroupPermissions: 'rwm' }],
  },
  'services.*.gpus': { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] },
  'services.*.ipc': { IpcMode: 'host' },
  'services.*.network_mode': { NetworkMode: 'host' },
  'services.*.oom_score_adj': { OomScoreAdj: -500 },
  'services.*.pid': { PidMode: 'host' },
  'services.*.privileged': { Privileged: true },
  'services.*.runtime': { Runtime: 'runsc' },
  'services.*.security_opt': { SecurityOpt: ['seccomp=unconfined'] },
  'services.*.sysctls': { Sysctls: { 'net.core.somaxconn': '1024' } },
  'services.*.userns_mode': { UsernsMode: 'host' },
  'services.*.uts': { UTSMode: 'host' },
  'networks.*.external': { NetworkMode: 'proxy' },
  'volumes.*.external': { Mounts: [{ Type: 'volume', Source: 'theirs', Target: '/data', ReadOnly: false }] },
}

/** Those that are not part of a create request. */
const OTHERS: Record<string, () => Promise<Permission[]>> = {
  'services.*.build.ssh': async () =>
    permissionsOfBuild(
      { SSH_AUTH_SOCK: '/agent' },
      { agents: [{ required: true, line: 1 }], checkedDownloads: [] },
    ),
  'secrets.*.environment': variable,
  'configs.*.environment': variable,
}

async function variable(): Promise<Permission[]> {
  const sources = { images: [], downloads: [], features: [], variables: ['TOKEN'] }
  return permissionsOfService(sources, await readRun({}), {}, undefined, 'compose.yaml', {})
}

async function requested(request: HostConfig): Promise<Permission[]> {
  await using made = await makeProject()
  const project = await openProject(made.path)
  const host = { env: {}, home: openHome({ PRISTINE_HOME: '/nowhere' }) }
  return permissionsOfRequest({ Image: 'x', HostConfig: request }, { project, host, file: 'compose.yaml' })
}

const granted = Object.entries(COMPOSE_KEYS).flatMap(([key, rule]) =>
  rule.kind === 'granted' ? [{ key, permission: rule.permission }] : [],
)

/** Members of a key have its permission. */
const keyOf = (key: string): string | undefined =>
  [...Object.keys(REQUESTS), ...Object.keys(OTHERS)].find(
    (known) => key === known || (/^(?:\[\])?\./.test(key.slice(known.length)) && key.startsWith(known)),
  )

test.each(granted)('$key asks for the permission that it is said to ask for', async ({ key, permission }) => {
  const known = keyOf(key) ?? ''
  const found = REQUESTS[known] ? await requested(REQUESTS[known]) : await OTHERS[known]?.()
  expect(found?.map(({ kind }) => kind)).toContain(permission)
  if (permission === 'network') expect(found).not.toContainEqual({ kind: 'network', mode: 'default' })
})
