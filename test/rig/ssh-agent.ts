import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAMS = ['ssh-agent', 'ssh-add', 'ssh-keygen']

/** Whether this computer has what an ssh agent of a test's own takes. */
export const hasSshAgent =
  process.platform !== 'win32' && PROGRAMS.every((name) => spawnSync('which', [name]).status === 0)

/** A running ssh agent that holds one key, and the environment that leads to it. */
export interface OwnSshAgent extends AsyncDisposable {
  env: { SSH_AUTH_SOCK: string }
  /** The fingerprints of the keys that it holds, one a line, as `ssh-add -l` tells them. */
  keys(): string
}

export async function startSshAgent(): Promise<OwnSshAgent> {
  const home = await mkdtemp(path.join(tmpdir(), 'pristine-agent-'))
  const env = { SSH_AUTH_SOCK: path.join(home, 'socket') }
  const agent = spawn('ssh-agent', ['-D', '-a', env.SSH_AUTH_SOCK], { stdio: ['ignore', 'pipe', 'ignore'] })
  // It tells its address when it listens.
  await once(createInterface(agent.stdout), 'line')
  const key = path.join(home, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'key of the test', '-f', key])
  const add = (...args: string[]) =>
    execFileSync('ssh-add', args, { env: { ...process.env, ...env }, stdio: 'pipe' }).toString()
  add(key)
  return {
    env,
    keys: () => add('-l'),
    [Symbol.asyncDispose]: async () => {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}
