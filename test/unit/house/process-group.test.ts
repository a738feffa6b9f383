import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ProcessGroup } from '../../process-group.ts'

test.skipIf(process.platform !== 'linux')('what a test run left running is found, and ends', async () => {
  const run = spawn('sh', ['-c', 'sleep 987 & sleep 988 & exit 0'], { detached: true })
  await once(run, 'exit')
  const group = new ProcessGroup(run.pid ?? 0)
  // Until it runs its own program, a process has the name of the one that made it.
  await expect.poll(() => group.living().sort()).toEqual(['sleep 987', 'sleep 988'])
  group.signal('SIGKILL')
  while (group.living().length > 0) await pause(10)
  group.signal('SIGTERM')
})
