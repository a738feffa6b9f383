/**
 * What the app costs while nothing happens: memory and processor of `pristine serve` with so many environments that run
 * and are watched, each with 200 files. `node test/bench/app-at-rest.ts [environments]`, after `npm run build:cli`.
 */

import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { COMMAND_LINE } from '../built.ts'
import { testProject } from '../engine/test-project.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { Window } from '../unit/server/client.ts'

/** In seconds. */
const REST = 30

const count = Number(process.argv[2] ?? 50)
Object.assign(process.env, rigVariables(await startRig()))
await using stack = new AsyncDisposableStack()
const first = stack.use(await testProject(files(0), { name: 'project-0' }))
await first.up()
const PRISTINE_HOME = String(first.env['PRISTINE_HOME'])
for (let n = 1; n < count; n++) {
  await stack.use(await testProject(files(n), { name: `project-${n}`, env: { PRISTINE_HOME } })).up()
}

const child = spawn(process.execPath, [COMMAND_LINE, 'serve', '--json'], {
  env: first.env as NodeJS.ProcessEnv,
  stdio: ['ignore', 'pipe', 'inherit'],
})
stack.defer(() => void child.kill())
let text = ''
for await (const chunk of child.stdout) {
  text += chunk
  if (text.endsWith('}\n')) break
}
const { address, origin } = JSON.parse(text) as { address: string; origin: string }
const window = stack.use(await Window.open({ origin, token: address.split('#token=')[1] ?? '' }))
const watched = new Set<string>()
for await (const event of await window.client.projects.watch()) {
  const projects = event.kind === 'all' ? event.projects : event.kind === 'changed' ? [event.project] : []
  for (const project of projects) if (project.watch?.kind === 'following') watched.add(project.key)
  if (watched.size === count) break
}
// Somebody looks at it all the time.
void (async () => {
  for await (const _ of await window.client.projects.watch());
})().catch(() => {})
await pause(REST * 1_000)
const before = await processorSeconds()
await pause(REST * 1_000)
const share = (((await processorSeconds()) - before) / REST) * 100
console.log(`${count} environments watched: ${await memory()} MB, ${share.toFixed(1)} % of a processor`)

function files(n: number): Record<string, string> {
  const definition = {
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { BENCH: `app-at-rest-${n}` },
  }
  const sources = Array.from({ length: 200 }, (_, file) => [`src/d${file % 20}/f${file}.ts`, 'x'.repeat(500)])
  return { '.devcontainer/devcontainer.json': JSON.stringify(definition), ...Object.fromEntries(sources) }
}

/** Resident, in MB (proc_pid_status(5)). */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

/** Used so far (proc_pid_stat(5); a tick is 10 ms). */
async function processorSeconds(): Promise<number> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}
