import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { authority, lastLines, runAsRoot, succeedsAsRoot } from './commands.ts'
import { type Facts, type RigPaths, readJson, writeJson } from './home.ts'
import { addresses, outgoingMtu } from './network.ts'
import { withPrograms } from './newest-programs.ts'
import {
  endProcess,
  HANGS,
  identify,
  isAlive,
  type ProcessRecord,
  type SignalName,
  signal,
} from './process-record.ts'
import { step } from './progress.ts'
import { RigError } from './rig-error.ts'

const CERTIFICATES = join(import.meta.dirname, '../fixtures/tls')

/** A client of the rig's engine. */
export function engineClient(paths: RigPaths): Docker {
  return new Docker({ socketPath: paths.engine.socket })
}

/** Starts the private dockerd, unless it runs. */
export async function startEngine(paths: RigPaths, facts: Facts): Promise<void> {
  const running = await readJson<ProcessRecord>(paths.engine.process)
  if (isAlive(running) && (await answers(paths, HANGS))) return
  await step('start the engine', async () => {
    await endProcess(running, 20_000)
    await endLeftovers(paths)
    await launchEngine(paths, facts)
  })
}

/** Starts dockerd on what an earlier one left: it ends the containers that still run. */
export async function launchEngine(paths: RigPaths, facts: Facts): Promise<void> {
  // Two on one folder would be two that know nothing of each other.
  await endProcess(await readJson<ProcessRecord>(paths.engine.process), 20_000)
  // It takes the pid of a containerd that nobody has reaped yet for a running one, and waits for it.
  const containerd = `${paths.engine.exec}/containerd/containerd.pid`
  await runAsRoot('rm', ['-f', paths.engine.socket, paths.engine.pid, paths.engine.launched, containerd])
  await writeFile(paths.engine.config, JSON.stringify(await configuration(paths, facts), null, 2))
  // setsid --fork: it belongs neither to this process nor to sudo, which would end it with the terminal.
  const dockerd =
    'mv -f "$3" "$3.before"; echo $$ >"$2"; exec dockerd --config-file "$1" >"$3" 2>&1 </dev/null'
  const { config, launched, log } = paths.engine
  const command = withPrograms(facts.newest?.root, ['sh', '-c', dockerd, 'sh', config, launched, log])
  await runAsRoot('setsid', ['--fork', ...command])
  await waitForAnswer(paths)
}

/** Sends dockerd, and nothing that it started, a signal. */
export async function signalEngine(paths: RigPaths, name: SignalName): Promise<void> {
  const dockerd = await readJson<ProcessRecord>(paths.engine.process)
  await signal(dockerd, name)
  while (name === 'KILL' && isAlive(dockerd)) await sleep(5)
}

/** Ends the dockerd that was started here, what it left behind, and its mounts. */
export async function stopEngine(paths: RigPaths): Promise<void> {
  await endProcess(await readJson<ProcessRecord>(paths.engine.process), 20_000)
  await endLeftovers(paths)
  await runAsRoot('rm', ['-f', paths.engine.process, paths.engine.socket, paths.engine.pid])
}

async function configuration(paths: RigPaths, facts: Facts) {
  const hosts = [`unix://${paths.engine.socket}`]
  return {
    ...(facts.tls === undefined
      ? { hosts }
      : {
          hosts: [...hosts, `tcp://127.0.0.1:${facts.tls}`],
          tlsverify: true,
          tlscacert: join(CERTIFICATES, 'ca.pem'),
          tlscert: join(CERTIFICATES, 'server-cert.pem'),
          tlskey: join(CERTIFICATES, 'server-key.pem'),
        }),
    group: authority() === 'sudo' ? String(process.getgid?.()) : 'root',
    'data-root': paths.engine.data,
    'exec-root': paths.engine.exec,
    pidfile: paths.engine.pid,
    ...imageStore(facts),
    bridge: facts.bridge,
    mtu: await outgoingMtu(),
    'default-address-pools': [addresses(facts).pool],
    iptables: false,
    ip6tables: false,
    'registry-mirrors': [`http://127.0.0.1:${facts.port}`],
    'shutdown-timeout': 5,
  }
}

/** Since Docker 29 containerd's store is the one of a new installation; before, and in an older one, it is overlay2. */
function imageStore({ newest }: Facts) {
  if (!newest) return { 'storage-driver': 'overlay2' }
  const containerd = newest.store === 'containerd'
  return {
    features: { 'containerd-snapshotter': containerd },
    ...(!containerd && { 'storage-driver': 'overlay2' }),
  }
}

async function answers(paths: RigPaths, timeout: number): Promise<boolean> {
  const client = new Docker({ socketPath: paths.engine.socket, timeout })
  return client.ping().then(
    () => true,
    () => false,
  )
}

async function waitForAnswer(paths: RigPaths): Promise<void> {
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    const launched = await readFile(paths.engine.launched, 'utf8').catch(() => '')
    const dockerd = identify(Number(launched))
    if (launched && !dockerd) break
    if (await answers(paths, 2000)) return writeJson(paths.engine.process, dockerd)
    await sleep(100)
  }
  const log = await readFile(paths.engine.log, 'utf8').catch(() => '')
  throw new RigError(
    `The engine does not answer. Its log ends with:\n${lastLines(log, 20)}`,
    `Correct what it says (all of it is in ${paths.engine.log}), start again.`,
  )
}

/**
 * A dockerd killed with -9 leaves its containerd, and containers with their shims; all of them carry the
 * private exec-root in their command line, which nothing else on this machine does.
 */
async function endLeftovers(paths: RigPaths): Promise<void> {
  const runc = ['--root', `${paths.engine.exec}/runtime-runc/moby`]
  const containers = await runAsRoot('runc', [...runc, 'list', '--quiet']).catch(() => '')
  for (const id of containers.split('\n').filter(Boolean)) {
    await succeedsAsRoot('runc', [...runc, 'delete', '--force', id])
  }
  for (const pid of await processesNaming(paths.engine.exec)) await endProcess(identify(pid), 3000)
  for (const target of (await mountsBelow(paths.home)).reverse()) {
    await succeedsAsRoot('umount', ['--lazy', target])
  }
}

/** The processes of an engine that name a file below a folder. */
export async function processesNaming(folder: string): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0')
    const program = basename(words[0] ?? '')
    if (
      /^(containerd|docker-proxy|runc|conmon)/.test(program) &&
      words.some((word) => word.startsWith(`${folder}/`))
    ) {
      found.push(Number(entry))
    }
  }
  return found
}

/** The mount points below a folder, outermost first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  return table
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\040/g, ' '))
    .filter((target) => target.startsWith(`${folder}/`))
}
