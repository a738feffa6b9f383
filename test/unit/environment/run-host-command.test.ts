import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runOnHost } from '../../../main/environment/computer/run-host-command.ts'

/** A child that does not end when it is asked to, and a first process that does. */
const STUBBORN = `sh -c 'trap "" TERM; echo $$ > pid; while :; do sleep 0.1; done' & sleep 60`
const MODULE = path.join(import.meta.dirname, '../../../main/environment/computer/run-host-command.ts')

async function folder() {
  const place = await mkdtemp(path.join(tmpdir(), 'pristine-command-'))
  return { place, [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }) }
}

async function pidIn(place: string): Promise<number> {
  for (;;) {
    const pid = Number(await readFile(path.join(place, 'pid'), 'utf8').catch(() => 0))
    if (pid > 0) return pid
    await pause(20)
  }
}

/** Whether a process ends on its own within five seconds: the system needs a moment until it forgets one. */
async function isGone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await pause(20)
  }
  return false
}

test('a command that is cancelled ends with all that it started, also what ignores the signal', async () => {
  await using made = await folder()
  const controller = new AbortController()
  const run = runOnHost(STUBBORN, made.place, process.env, () => {}, controller)
  const pid = await pidIn(made.place)
  controller.abort()
  await expect(run).rejects.toMatchObject({ code: 'cancelled' })
  expect(await isGone(pid)).toBe(true)
})

test('a process that ends at once takes its command with it', async () => {
  await using made = await folder()
  const script = `
    import { runOnHost } from ${JSON.stringify(MODULE)}
    process.on('SIGINT', () => process.exit(130))
    await runOnHost(process.argv[1], process.argv[2], process.env, () => {}, new AbortController())`
  const args = ['--input-type=module-typescript', '-e', script, STUBBORN, made.place]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const pid = await pidIn(made.place)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([130, null])
  expect(await isGone(pid)).toBe(true)
})
