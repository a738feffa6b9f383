import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { rememberProject } from '../../main/store/project-records.ts'
import { testProject } from '../engine/test-project.ts'
import { served } from '../served.ts'
import { Window } from '../unit/server/client.ts'

/** A `pristine serve` all of whose environments run and are watched. */
export interface ServedEnvironments extends AsyncDisposable {
  /** With its token. */
  address: string
  /** Of the server. */
  pid: number
  /** A window that is open; nothing is asked of it yet. */
  window: Window
}

/** Serves so many environments that run and are watched, each with 200 files, and so many projects on the list in all. */
export async function servedEnvironments(watched: number, listed: number): Promise<ServedEnvironments> {
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

  const { address, pid, end } = await served({ env: first.env })
  stack.defer(() => end('SIGINT'))
  const { origin, hash } = new URL(address)
  const window = stack.use(await Window.open({ origin, token: hash.replace('#token=', '') }))
  const following = new Set<string>()
  for await (const event of await window.client.projects.watch()) {
    const projects = event.kind === 'all' ? event.projects : event.kind === 'changed' ? [event.project] : []
    for (const project of projects) if (project.watch?.kind === 'following') following.add(project.key)
    if (following.size === watched) break
  }
  const all = stack.move()
  return { address, pid, window, [Symbol.asyncDispose]: () => all.disposeAsync() }
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

/** The processor time that a process has used, in seconds (proc_pid_stat(5); a tick is 10 ms). */
export async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}
