import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

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
