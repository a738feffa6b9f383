import { appendFile, chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { authority, runAsRoot, succeedsAsRoot } from './commands.ts'
import { startDetached } from './detached.ts'
import { processesNaming } from './engine.ts'
import { type Facts, type RigPaths, readJson, writeJson } from './home.ts'
import { addresses, outgoingMtu } from './network.ts'
import { withPrograms } from './newest-programs.ts'
import { answers, podmanRegistries, waitForAnswer } from './podman-engine.ts'
import { endProcess, HANGS, identify, isAlive, type ProcessRecord } from './process-record.ts'
import { step } from './progress.ts'
import { RigError } from './rig-error.ts'

/** A Podman of Debian's newest suite: where it lives, its network, the folder of its programs, and whether root runs it. */
export interface NewestPodman {
  paths: RigPaths
  facts: Facts
  programs: string
  rootless: boolean
}

/** How many users there are inside, without root outside. */
const SUBORDINATES = 65_536

/** Starts its service, unless it runs. Its socket is for root, who runs the tests. */
export async function startNewestPodman(podman: NewestPodman): Promise<void> {
  const { engine } = podman.paths
  if (authority() !== 'root') throw new RigError('This Podman is started by root only.', 'Become root.')
  const running = await readJson<ProcessRecord>(engine.process)
  if (isAlive(running) && (await answers(engine, HANGS))) return
  await step(podman.rootless ? 'start Podman without root' : 'start Podman', async () => {
    await stopNewestPodman(podman)
    await writeConfiguration(podman)
    const address = `unix://${inside(podman)}/docker.sock`
    await startDetached(...command(podman, 'system', 'service', '--time=0', address), engine)
    await waitForAnswer(engine)
  })
}

/** Ends the service, its containers and what else it left behind. */
export async function stopNewestPodman(podman: NewestPodman): Promise<void> {
  const { paths, rootless } = podman
  await endProcess(await readJson<ProcessRecord>(paths.engine.process), 5_000)
  await succeedsAsRoot(...command(podman, 'rm', '--all', '--force', '--time', '0'))
  const left = rootless ? await processesOf(podman) : await processesNaming(paths.home)
  for (const pid of left) await endProcess(identify(pid), 0)
  await runAsRoot('rm', ['-f', paths.engine.process, paths.engine.socket])
}

/** The user who runs a Podman without root: one of a rig's own, whom the machine does not know. */
export const podmanUser = ({ network }: Facts): number => 50_000 + network

const firstSubordinate = ({ network }: Facts): number => 2_000_000 + network * SUBORDINATES

/** Where its folder is for itself: another user than root could not enter the rig's. */
const inside = ({ paths, rootless }: NewestPodman): string => (rootless ? '/mnt' : paths.engine.folder)

/** The command line of a `podman` that works on this engine and no other. */
function command(podman: NewestPodman, ...args: string[]): [string, string[]] {
  const at = inside(podman)
  const { folder } = podman.paths.engine
  const files = [`CONTAINERS_CONF=${at}/containers.conf`, `CONTAINERS_REGISTRIES_CONF=${at}/registries.conf`]
  const quiet = 'PODMAN_IGNORE_CGROUPSV1_WARNING=1'
  const engine = ['podman', '--root', `${at}/storage`, '--runroot', `${at}/run`, ...args]
  // Its policy, and its user, stand in /etc: a second layer there shows them to it alone.
  const enter = ['mount -t overlay overlay -o lowerdir="$1/etc":/etc /etc']
  let environment = ['env', files, quiet].flat()
  if (podman.rootless) {
    for (const device of ['fuse', 'net/tun']) enter.push(`mount --bind "$1/dev/${device}" /dev/${device}`)
    enter.push(`mount --bind "$1" ${at}`, `cd ${at}`)
    const user = String(podmanUser(podman.facts))
    const become = ['setpriv', '--reuid', user, '--regid', user, '--clear-groups']
    const own = [`HOME=${at}/home`, `XDG_RUNTIME_DIR=${at}/tmp`, 'PATH=/usr/bin:/usr/sbin']
    environment = [...become, 'env', '-i', ...files, quiet, ...own]
  }
  const script = `${enter.join(' && ')} && shift && exec "$@"`
  const [first = '', ...rest] = withPrograms(podman.programs, [
    ...['sh', '-c', script, 'sh', folder],
    ...environment,
    ...engine,
  ])
  return [first, rest]
}

async function writeConfiguration(podman: NewestPodman): Promise<void> {
  const { paths, facts, programs, rootless } = podman
  const { folder } = paths.engine
  const at = inside(podman)
  const policy = 'etc/containers/policy.json'
  for (const name of ['etc/containers', 'dev/net', 'home', 'tmp', 'storage', 'run', 'networks']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  await copyFile(join(programs, policy), join(folder, policy))
  const limits = rootless ? '' : 'default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'
  const containers = `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "${at}/tmp"
image_copy_tmp_dir = "${at}/tmp"
[containers]
log_driver = "k8s-file"
${limits}[network]
network_backend = "netavark"
firewall_driver = "iptables"
network_config_dir = "${at}/networks"
default_rootless_network_cmd = "pasta"
default_subnet_pools = [{ base = "${addresses(facts).pool.base}", size = ${addresses(facts).pool.size} }]
`
  await writeFile(join(folder, 'containers.conf'), containers)
  await writeFile(join(folder, 'registries.conf'), podmanRegistries(facts))
  if (!rootless) await writeJson(join(folder, 'networks/podman.json'), await network(facts))
  else await makeUser(podman)
}

/** The bridge and the way out are the rig's own; only published ports need rules that Podman makes. */
async function network(facts: Facts) {
  const { bridge } = addresses(facts)
  const gateway = bridge.split('/')[0]
  return {
    name: 'podman',
    id: '0'.repeat(64),
    driver: 'bridge',
    network_interface: facts.bridge,
    created: '2026-01-01T00:00:00Z',
    subnets: [{ subnet: bridge.replace('.0.1/', '.0.0/'), gateway }],
    ipv6_enabled: false,
    internal: false,
    dns_enabled: false,
    options: { mtu: String(await outgoingMtu()) },
    ipam_options: { driver: 'host-local' },
  }
}

/** A user with subordinate ids, and the two devices that everybody may use on a desk. */
async function makeUser({ paths, facts }: NewestPodman): Promise<void> {
  const { folder } = paths.engine
  const user = podmanUser(facts)
  const etc = (name: string) => join(folder, 'etc', name)
  for (const name of ['passwd', 'group']) await copyFile(`/etc/${name}`, etc(name))
  await appendFile(etc('passwd'), `pristine:x:${user}:${user}::/mnt/home:/bin/sh\n`)
  await appendFile(etc('group'), `pristine:x:${user}:\n`)
  for (const name of ['subuid', 'subgid']) {
    await writeFile(etc(name), `pristine:${firstSubordinate(facts)}:${SUBORDINATES}\n`)
  }
  for (const [name, minor] of [
    ['fuse', '229'],
    ['net/tun', '200'],
  ] as const) {
    const device = join(folder, 'dev', name)
    await rm(device, { force: true })
    await runAsRoot('mknod', [device, 'c', '10', minor])
    await chmod(device, 0o666)
  }
  const own = ['home', 'tmp', 'storage', 'run', 'networks'].map((name) => join(folder, name))
  await runAsRoot('chown', [`${user}:${user}`, folder, ...own])
}

/** All processes of the user who runs it, and of the users inside. */
async function processesOf({ facts }: NewestPodman): Promise<number[]> {
  const first = firstSubordinate(facts)
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '')
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])
    if (uid === podmanUser(facts) || (uid >= first && uid < first + SUBORDINATES)) found.push(Number(entry))
  }
  return found
}
