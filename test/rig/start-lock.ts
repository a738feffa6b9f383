import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { say } from './progress.ts'
import { RigError } from './rig-error.ts'

/**
 * Runs `work` while no other process of this rig does. The kernel holds the lock for a child that lives
 * as long as its standard input: when this process dies, however it dies, the lock is free.
 */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true })
  const holder = spawn('flock', ['--exclusive', lock, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const patience = setTimeout(() => say('another process is at work on this rig, waiting for it'), 1000)
  try {
    const first = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])
    if (!Buffer.isBuffer(first[0]))
      throw new RigError(`The lock ${lock} cannot be had.`, 'Is the folder writable?')
    clearTimeout(patience)
    return await work()
  } finally {
    clearTimeout(patience)
    holder.stdin.end()
  }
}
