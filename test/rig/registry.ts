import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { lastLines } from './commands.ts'
import { startDetached } from './detached.ts'
import { type Facts, type RigPaths, readJson } from './home.ts'
import { isFree } from './port.ts'
import { endProcess, isAlive, type ProcessRecord } from './process-record.ts'
import { step } from './progress.ts'
import { RigError } from './rig-error.ts'

/** Starts the registry and the counting server before it, unless they run. */
export async function startRegistry(paths: RigPaths, facts: Facts): Promise<void> {
  const registry = await readJson<ProcessRecord>(paths.registry.process)
  const front = await readJson<ProcessRecord>(paths.front.process)
  if (isAlive(registry) && isAlive(front)) return

  await step(`start the registry on 127.0.0.1:${facts.port}`, async () => {
    if (!isAlive(registry)) {
      await rm(paths.registry.socket, { force: true })
      await writeFile(paths.registry.config, configuration(paths))
      await startDetached('docker-registry', ['serve', paths.registry.config], paths.registry)
    }
    if (!isAlive(front)) {
      if (!(await isFree(facts.port))) {
        throw new RigError(
          `Port ${facts.port} of this rig is taken by another program.`,
          'End that program, or choose another port by: npm run -s rig -- stop, then start.',
        )
      }
      await rm(paths.front.requests, { force: true })
      const program = fileURLToPath(new URL('registry-front.ts', import.meta.url))
      const args = [program, String(facts.port), paths.registry.socket, paths.front.requests]
      await startDetached(process.execPath, args, paths.front)
    }
    await waitForAnswer(paths, facts)
  })
}

/** Ends the registry and the counting server. */
export async function stopRegistry(paths: RigPaths): Promise<void> {
  for (const file of [paths.front.process, paths.registry.process]) {
    await endProcess(await readJson<ProcessRecord>(file), 3000)
    await rm(file, { force: true })
  }
}

/** A registry on a Unix socket, so that the counting server is the only way in. */
function configuration(paths: RigPaths): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: paths.registry.storage }, delete: { enabled: true } },
    http: { net: 'unix', addr: paths.registry.socket, relativeurls: true },
  })
}

async function waitForAnswer(paths: RigPaths, facts: Facts): Promise<void> {
  const until = Date.now() + 15_000
  while (Date.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${facts.port}/v2/`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
  const logs = await Promise.all([paths.registry.log, paths.front.log].map((file) => readFile(file, 'utf8')))
  throw new RigError(
    `The registry does not answer. Its log ends with:\n${lastLines(logs.join('\n'), 10)}`,
    `Correct what it says (all of it is in ${paths.registry.log}), start again.`,
  )
}
