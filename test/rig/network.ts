import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, runAsRoot, succeedsAsRoot } from './commands.ts'
import type { Facts } from './home.ts'
import { RigError } from './rig-error.ts'

/** The bridge's name: from the rig's folder, so that two rigs on one machine do not meet. */
export function bridgeName(home: string): string {
  return `pristine${createHash('sha256').update(home).digest('hex').slice(0, 6)}`
}

/** The lock of who looks for a free network and takes it: two at the same time would find the same one. */
export const CHOOSING_NETWORK = join(tmpdir(), 'pristine-engine-lock')

/**
 * Finds an N for 10.N.0.0/16 which no address or route of this machine uses, nor a rule of another rig: Podman takes its
 * bridge away when its last container has gone.
 */
export async function freeNetwork(): Promise<number> {
  const routes = await run('ip', ['-4', 'route', 'show', 'table', 'all'])
  const used = routes + (await runAsRoot('iptables', ['-w', '-t', 'nat', '-S', 'POSTROUTING']))
  for (let n = 213; n < 250; n++) if (!used.includes(`10.${n}.`)) return n
  throw new RigError(
    'No free network among 10.213.0.0/16 ... 10.249.0.0/16.',
    'Remove a route that is not needed.',
  )
}

/** All addresses of the rig's containers: the bridge's half and the pool for networks made by tests. */
export function addresses(facts: Facts) {
  return {
    all: `10.${facts.network}.0.0/16`,
    bridge: `10.${facts.network}.0.1/17`,
    pool: { base: `10.${facts.network}.128.0/17`, size: 24 },
  }
}

/** The size of packets that leave this machine; a bridge with larger ones makes TLS hang. */
export async function outgoingMtu(): Promise<number> {
  const routes = await run('ip', ['-4', 'route', 'show', 'default'])
  const device = routes.match(/ dev (\S+)/)?.[1]
  if (!device) return 1500
  return Number((await readFile(`/sys/class/net/${device}/mtu`, 'utf8')).trim())
}

/**
 * Makes the bridge and the way out, or completes them. The daemon itself is told to leave iptables alone:
 * it would flush the chains of another daemon on this machine, and lose its own to it.
 */
export async function raiseNetwork(facts: Facts): Promise<void> {
  const { bridge } = facts
  if (!(await succeedsAsRoot('ip', ['link', 'show', bridge]))) {
    await runAsRoot('ip', [
      'link',
      'add',
      'name',
      bridge,
      'mtu',
      String(await outgoingMtu()),
      'type',
      'bridge',
    ])
    await runAsRoot('ip', ['address', 'add', addresses(facts).bridge, 'dev', bridge])
  }
  await runAsRoot('ip', ['link', 'set', bridge, 'up'])
  await openWayOut(facts)
}

/** Lets the addresses of a rig reach what this machine reaches. */
export async function openWayOut(facts: Facts): Promise<void> {
  if ((await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim() !== '1') {
    await runAsRoot('sh', ['-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward'])
  }
  for (const rule of rules(facts)) {
    if (await succeedsAsRoot('iptables', ['-w', '-t', rule.table, '-C', ...rule.match])) continue
    // First in its chain: another daemon's policy for FORWARD is to drop.
    await runAsRoot('iptables', ['-w', '-t', rule.table, '-I', ...rule.match])
  }
}

/** Removes the bridge and the rules. */
export async function dropNetwork(facts: Facts): Promise<void> {
  for (const rule of rules(facts)) {
    while (await succeedsAsRoot('iptables', ['-w', '-t', rule.table, '-D', ...rule.match]));
  }
  await succeedsAsRoot('ip', ['link', 'delete', facts.bridge])
}

function rules(facts: Facts): { table: string; match: string[] }[] {
  const { all } = addresses(facts)
  const clamp = ['-p', 'tcp', '--tcp-flags', 'SYN,RST', 'SYN', '-j', 'TCPMSS', '--clamp-mss-to-pmtu']
  return [
    { table: 'nat', match: ['POSTROUTING', '-s', all, '!', '-d', all, '-j', 'MASQUERADE'] },
    { table: 'filter', match: ['FORWARD', '-s', all, '-j', 'ACCEPT'] },
    { table: 'filter', match: ['FORWARD', '-d', all, '-j', 'ACCEPT'] },
    { table: 'mangle', match: ['FORWARD', '-s', all, ...clamp] },
  ]
}
