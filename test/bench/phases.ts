/** Takes an `up` with nothing to do apart, in a process of its own; prints `[phase, milliseconds, engine calls]`. */

import diagnostics from 'node:diagnostics_channel'
import { enableCompileCache } from 'node:module'

enableCompileCache()
let calls = 0
diagnostics.subscribe('http.client.request.start', () => {
  calls++
})
const phases: [string, number, number][] = [['Node, until the first line', performance.now(), 0]]

async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = calls
  const began = performance.now()
  const result = await work()
  phases.push([name, performance.now() - began, calls - before])
  return result
}

const run = { signal: new AbortController().signal, report: () => {} }
const folder = process.argv[2] ?? '.'
await phase('load the command line and the engine', async () => {
  await import('../../app/cli/program.ts')
  await import('../../app/cli/verbs/up.ts')
})
await phase("load the container engine's client", () => import('dockerode'))
// Loaded already, by what came before.
const { openHost } = await import('../../main/host/host.ts')
const { openProject } = await import('../../main/store/open-project.ts')
const { planProject } = await import('../../main/plan/plan.ts')
const { readCurrentState: readCurrent } = await import('../../main/environment/current-state.ts')
const { findImage } = await import('../../main/history/image-names.ts')
const { createEngine } = await import('../../main/engine.ts')
const host = openHost(process.env)
await phase('connect', () => host.engine())
const project = await phase('open the project', () => openProject(folder))
const noEngine = () => Promise.reject(new Error('Locked.'))
const { id } = await phase('plan', () =>
  planProject({ home: host.home, env: host.env, engine: noEngine }, project, { frozen: true }, run),
)
const { engine } = await phase('read history and containers', () => readCurrent(host, project))
await phase('look for the image', () => findImage(engine, project.key, { id }))
await phase('all of `up` once more, now warm', () =>
  createEngine(process.env).up(folder, { frozen: true }, run),
)
process.stdout.write(JSON.stringify(phases))
