import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { RigError } from './rig-error.ts'

const PROGRAMS = ['dbus-daemon', 'gnome-keyring-daemon', 'secret-tool']

/** Whether this computer has what a keyring of a test's own takes. */
export const hasKeyring =
  process.platform === 'linux' && PROGRAMS.every((name) => spawnSync('which', [name]).status === 0)

/** An unlocked keyring on a session bus, both of a test's own, and the environment that leads there. */
export interface Keyring extends AsyncDisposable {
  env: Record<string, string>
}

export async function startKeyring(): Promise<Keyring> {
  const home = await mkdtemp(path.join(tmpdir(), 'pristine-keyring-'))
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string]
  const env = { HOME: home, XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: address }
  // It goes on in the background once it can be spoken to, and ends with its bus.
  const daemon = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('\n')
  await once(daemon, 'exit')
  await untilItStores(env)
  return {
    env,
    [Symbol.asyncDispose]: async () => {
      const ended = once(bus, 'exit')
      bus.kill()
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** In milliseconds: the daemon answers before it has the collection that values go into. */
const READY_WITHIN = 10_000

async function untilItStores(env: Record<string, string>): Promise<void> {
  const options = { env: { PATH: process.env['PATH'], ...env }, input: 'value', encoding: 'utf8' as const }
  for (let waited = 0; ; waited += 100) {
    const stored = spawnSync('secret-tool', ['store', '--label=probe', 'probe', 'of-the-rig'], options)
    if (stored.status === 0) break
    if (waited >= READY_WITHIN) throw new RigError('The keyring stores nothing.', stored.stderr)
    await pause(100)
  }
  spawnSync('secret-tool', ['clear', 'probe', 'of-the-rig'], options)
}
