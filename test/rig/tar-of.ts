import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { asRoot, commandEnvironment } from './commands.ts'
import { RigError } from './rig-error.ts'

/** The tar of a folder, sorted and without this person's ids; `root` keeps the owners and reads everything. */
export function tarOf(folder: string, as: 'root' | 'self'): Readable {
  const owners = as === 'root' ? ['--numeric-owner'] : ['--owner=0', '--group=0']
  const args = [...owners, '--sort=name', '-C', folder, '-c', '.']
  const [command, rest] = as === 'root' ? asRoot('tar', args) : ['tar', args]
  const child = spawn(command, rest, { env: commandEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] })
  child.once('error', (error) => child.stdout.destroy(error))
  child.once('exit', (code) => {
    if (code !== 0)
      child.stdout.destroy(new RigError(`tar of ${folder} ended with ${code}.`, 'Is the disk full?'))
  })
  return child.stdout
}
