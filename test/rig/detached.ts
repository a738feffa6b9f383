import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { commandEnvironment } from './commands.ts'
import { writeJson } from './home.ts'
import { identify, type ProcessRecord } from './process-record.ts'
import { RigError } from './rig-error.ts'

/** Starts a program that outlives this process, logs to a file and is recorded. */
export async function startDetached(
  command: string,
  args: string[],
  files: { log: string; process: string },
): Promise<ProcessRecord> {
  const log = openSync(files.log, 'a')
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    // Engines are Go programs, and Docker's starts itself again for each container: less collecting of garbage.
    env: { ...commandEnvironment(), GOGC: '400' },
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve())
    child.once('error', (cause) =>
      reject(new RigError(`"${command}" cannot be run`, `Is it installed?`, { cause })),
    )
  })
  child.unref()
  const record = identify(child.pid ?? 0)
  if (!record) throw new RigError(`"${command}" ended at once.`, `See ${files.log}`)
  await writeJson(files.process, record)
  return record
}
