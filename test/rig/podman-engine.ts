import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { whyBorrowed } from './borrowed-engine.ts'
import { authority, runAsRoot, succeedsAsRoot } from './commands.ts'
import { startDetached } from './detached.ts'
import { mountsBelow, processesNaming } from './engine.ts'
import { type Facts, readFacts, readJson, rigPaths, writeJson } from './home.ts'
import {
  addresses,
  bridgeName,
  CHOOSING_NETWORK,
  dropNetwork,
  freeNetwork,
  outgoingMtu,
  raiseNetwork,
} from './network.ts'
import { installPackages, PODMAN_PACKAGES } from './packages.ts'
import { endProcess, identify, type ProcessRecord } from './process-record.ts'
import { RigError } from './rig-error.ts'
import { alone } from './start-lock.ts'

/** Podman's service, of a test's own. Base images come from the rig's registry. */
export interface PodmanEngine extends AsyncDisposable {
  /** What to set `DOCKER_HOST` to. */
  dockerHost: string
}

const PREFIX = 'pristine-podman-'

/** Why Podman's service cannot be started here; undefined when it can. Its socket is for who starts it: root. */
export const whyNoPodman = (): string | undefined =>
  whyBorrowed() ?? (authority() === 'root' ? undefined : 'this is not root')

/**
 * Installs Podman where it is missing, and starts its service with images, containers, volumes and a network of its own:
 * it shares nothing with another Podman of this machine, nor with a dockerd. Not where it cannot (`whyNoPodman`).
 */
export async function startPodmanEngine(): Promise<PodmanEngine> {
  const rig = await readFacts(rigPaths())
  if (!rig) throw new RigError('The rig does not run.', 'Start it: npm run -s rig -- start')
  await installPackages(PODMAN_PACKAGES)
  const paths = podmanPaths(await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)))
  const facts = await alone(CHOOSING_NETWORK, async () => {
    await removeAbandoned()
    const own = { port: rig.port, bridge: bridgeName(paths.home), network: await freeNetwork() }
    await writeJson(paths.facts, own)
    await raiseNetwork(own)
    return own
  })
  await writeConfiguration(paths, facts)
  await startDetached(...podman(paths, 'system', 'service', '--time=0', `unix://${paths.socket}`), paths)
  await waitForAnswer(paths)
  return {
    dockerHost: `unix://${paths.socket}`,
    [Symbol.asyncDispose]: () => remove(paths),
  }
}

function podmanPaths(home: string) {
  return {
    home,
    facts: join(home, 'rig.json'),
    socket: join(home, 'podman.sock'),
    log: join(home, 'podman.log'),
    process: join(home, 'process.json'),
    root: join(home, 'root'),
    runRoot: join(home, 'run'),
    temporary: join(home, 'tmp'),
    networks: join(home, 'networks'),
    registries: join(home, 'registries.conf'),
    containers: join(home, 'containers.conf'),
  }
}

type PodmanPaths = ReturnType<typeof podmanPaths>

/** The command line of a `podman` that works on this engine and no other. */
function podman(paths: PodmanPaths, ...args: string[]): [string, string[]] {
  const files = [`CONTAINERS_CONF=${paths.containers}`, `CONTAINERS_REGISTRIES_CONF=${paths.registries}`]
  const folders = ['--root', paths.root, '--runroot', paths.runRoot]
  // Its helpers write files where they are.
  return ['env', ['--chdir', paths.home, ...files, 'podman', ...folders, ...args]]
}

async function writeConfiguration(paths: PodmanPaths, facts: Facts): Promise<void> {
  for (const folder of [paths.temporary, paths.networks]) await mkdir(folder)
  // Without systemd there are neither its cgroups nor its journal; locks in shared memory are all Podmans' of a machine;
  // limits are raised where nothing says otherwise, which not every machine allows.
  const containers = `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "${paths.temporary}"
image_copy_tmp_dir = "${paths.temporary}"
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[network]
network_backend = "cni"
network_config_dir = "${paths.networks}"
default_network = "${facts.bridge}"
`
  await writeFile(paths.containers, containers)
  await writeFile(paths.registries, podmanRegistries(facts))
  await writeJson(join(paths.networks, `${facts.bridge}.conflist`), await network(paths, facts))
}

/** Its registries.conf: names of Docker Hub are the rig's registry's, and what that lacks is asked for nowhere else. */
export const podmanRegistries = ({ port }: Facts): string => `unqualified-search-registries = ["docker.io"]
[[registry]]
prefix = "docker.io"
location = "127.0.0.1:${port}"
insecure = true
[[registry]]
location = "127.0.0.1:${port}"
insecure = true
`

/** The bridge and the way out are the rig's own; only published ports need rules that Podman makes. */
async function network(paths: PodmanPaths, facts: Facts) {
  const { bridge } = addresses(facts)
  const subnet = bridge.replace('.0.1/', '.0.0/')
  const ipam = { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] }
  return {
    cniVersion: '0.4.0',
    name: facts.bridge,
    plugins: [
      {
        type: 'bridge',
        bridge: facts.bridge,
        isGateway: true,
        hairpinMode: true,
        mtu: await outgoingMtu(),
        ipam: { ...ipam, dataDir: join(paths.home, 'addresses') },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  }
}

/** Whether its service answers within so many milliseconds. */
export async function answers({ socket }: { socket: string }, timeout: number): Promise<boolean> {
  const client = new Docker({ socketPath: socket, timeout })
  return client.ping().then(
    () => true,
    () => false,
  )
}

/** Waits until its service answers, for a minute at most. */
export async function waitForAnswer(paths: { socket: string; log: string }): Promise<void> {
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    if (await answers(paths, 2000)) return
    await sleep(50)
  }
  throw new RigError('Podman does not answer.', `See ${paths.log}`)
}

async function remove(paths: PodmanPaths): Promise<void> {
  await endProcess(await readJson<ProcessRecord>(paths.process), 5_000)
  await succeedsAsRoot(...podman(paths, 'rm', '--all', '--force', '--time', '0'))
  // Those of commands in containers wait five minutes, and would then tidy up what is no more.
  for (const pid of await processesNaming(paths.home)) await endProcess(identify(pid), 0)
  const facts = await readJson<Facts>(paths.facts)
  if (facts) await dropNetwork(facts)
  for (const target of (await mountsBelow(paths.home)).reverse()) {
    await succeedsAsRoot('umount', ['--lazy', target])
  }
  await runAsRoot('rm', ['-rf', '--one-file-system', paths.home])
}

/** A test that was killed leaves its engine behind. */
async function removeAbandoned(): Promise<void> {
  const found = (await readdir(tmpdir())).filter((name) => new RegExp(`^${PREFIX}\\d+-`).test(name))
  for (const name of found) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0])
    if (!identify(pid)) await remove(podmanPaths(join(tmpdir(), name)))
  }
}
