import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { rememberProject } from '../../main/store/project-records.ts'
import { testProject } from '../engine/test-project.ts'
import { served } from '../served.ts'
import { Window } from '../unit/server/client.ts'

/** In seconds. */
const REST = 30

/** What the app costs while nothing happens. */
export interface AtRest {
  /** The largest that its memory was, in MB. */
  memory: number
  /** In percent of one. */
  processor: number
}

/**
 * Memory and processor of `pristine serve` with so many environments that run and are watched, each with 200 files, and
 * so many projects on the list beside them, while a window shows all of them.
 */
export async function appAtRest(watched: number, listed: number): Promise<AtRest> {
  await using stack = new AsyncDisposableStack()
  const first = stack.use(await testProject(files(0), { name: 'project-0' }))
  await first.up()
  const PRISTINE_HOME = String(first.env['PRISTINE_HOME'])
  for (let n = 1; n < watched; n++) {
    await stack.use(await testProject(files(n), { name: `project-${n}`, env: { PRISTINE_HOME } })).up()
  }
  const host = openHost(first.env)
  for (let n = watched; n < listed; n++) {
    const folder = path.join(first.folder, '..', `listed-${n}`)
    await mkdir(folder)
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM busybox:1.36\n')
    await rememberProject(host, await openProject(folder))
  }

  const server = await served({ env: first.env })
  stack.defer(() => server.end('SIGINT'))
  const { origin, hash } = new URL(server.address)
  const window = stack.use(await Window.open({ origin, token: hash.replace('#token=', '') }))
  const following = new Set<string>()
  for await (const event of await window.client.projects.watch()) {
    const projects = event.kind === 'all' ? event.projects : event.kind === 'changed' ? [event.project] : []
    for (const project of projects) if (project.watch?.kind === 'following') following.add(project.key)
    if (following.size === watched) break
  }
  // Somebody looks at it all the time.
  void (async () => {
    for await (const _ of await window.client.projects.watch());
  })().catch(() => {})
  await pause(REST * 1_000)
  const before = await processorSeconds(server.pid)
  await pause(REST * 1_000)
  const processor = (((await processorSeconds(server.pid)) - before) / REST) * 100
  return { memory: await mostMemory(server.pid), processor }
}

function files(n: number): Record<string, string> {
  const definition = {
    image: 'busybox:1.36',
    userEnvProbe: 'none',
    containerEnv: { BENCH: `app-at-rest-${n}` },
  }
  const sources = Array.from({ length: 200 }, (_, file) => [`src/d${file % 20}/f${file}.ts`, 'x'.repeat(500)])
  return { '.devcontainer/devcontainer.json': JSON.stringify(definition), ...Object.fromEntries(sources) }
}

/** Resident at most, in MB (proc_pid_status(5)). */
async function mostMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

/** Used so far (proc_pid_stat(5); a tick is 10 ms). */
async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}
