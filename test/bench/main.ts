/**
 * `npm run -s bench [-- --pairs N] [--only cli|app|many|data] [--cli FILE]`: how fast Pristine is beside its peer, git and the bare
 * engine, and what its screens and the app at rest cost, as Markdown. Measured are the command line and the page as they
 * are shipped, built just before; `--cli` measures another command line.
 */

import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { connect } from '../../main/docker/connection/connect.ts'
import { buildPrograms, builtPage } from '../built.ts'
import { Progress } from '../progress.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { alone } from './alone.ts'
import { bigProject } from './big-project.ts'
import { breakdown } from './breakdown.ts'
import { data } from './data.ts'
import { withFeatures } from './features.ts'
import { againstPeer, type Figure, firstUp, resetInside } from './figures.ts'
import { gapOfPort } from './gap.ts'
import { manyFiles } from './many-files.ts'
import { screens } from './screens.ts'
import { stacks } from './stacks.ts'
import { figureTable, loneTable, phaseTable, screenTable } from './table.ts'
import { findPeer, type Peer, useCommandLine } from './tools.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10' },
    only: { type: 'string' },
    cli: { type: 'string' },
  },
})
const count = Number(values.pairs)
if (values.cli) useCommandLine(values.cli)

await buildPrograms()
await builtPage()
Object.assign(process.env, rigVariables(await startRig()))
const peer = await findPeer()
print(await machine())
const wanted = {
  cli: values.only === undefined || values.only === 'cli',
  many: values.only === undefined || values.only === 'cli' || values.only === 'many',
  app: values.only === undefined || values.only === 'app',
  data: values.only === undefined || values.only === 'data',
}
const progress = new Progress('bench')
/** Those of the command line, most of which need a peer, and one of each other kind. */
const parts =
  (wanted.cli ? (peer ? 8 : 4) : 0) + Number(wanted.many) + Number(wanted.app) + 2 * Number(wanted.data)
let done = 0
if (wanted.cli) await commandLine()
if (wanted.many) await many()
if (wanted.data) await servicesAndData()
if (wanted.app) print(screenTable(await step('the app', screens(count))))

async function commandLine(): Promise<void> {
  const figures: Figure[] = []
  if (peer) figures.push(...(await step('up and reset', againstPeer(count, peer))))
  figures.push(await step('reset inside the engine', resetInside(count)))
  if (peer) figures.push(await step('first up', firstUp(count, peer)))
  const registry = process.env['PRISTINE_RIG_REGISTRY']
  if (peer && registry) figures.push(...(await step('features', withFeatures(count, peer, registry))))
  if (peer) figures.push(await step('gap of a port', gapOfPort(count, peer)))
  figures.push(...(await step('big project', bigProject(count))))
  const lones = await step('short commands', alone(count))
  const phases = await step('the parts of up', breakdown(count))
  print(figureTable(figures), notes(peer), loneTable(lones), phaseTable(phases))
}

/** Few pairs of it: each makes folders of 20,000 files. */
async function many(): Promise<void> {
  const { figures, lists } = await step('many files', manyFiles(Math.min(count, 5)))
  print(figureTable(figures), screenTable(lists))
}

/** Few pairs of it: each starts a database. */
async function servicesAndData(): Promise<void> {
  const services = await step('services', stacks(Math.min(count, 5)))
  print(figureTable([...services, ...(await step('data', data(count)))]))
}

async function step<T>(name: string, work: Promise<T>): Promise<T> {
  process.stderr.write(`bench: ${name}\n`)
  const result = await work
  progress.at(++done, parts, 'parts')
  return result
}

function print(...parts: string[]): void {
  process.stdout.write(`${parts.join('\n\n')}\n\n`)
}

async function machine(): Promise<string> {
  const { docker } = await connect(process.env)
  const { Version } = await docker.version()
  const own = `${cpus().length} CPUs (${cpus()[0]?.model.trim()}), engine ${Version}, Node ${process.versions.node}`
  const theirs = peer
    ? `, @devcontainers/cli ${peer.version} with docker ${peer.client} and ${peer.builder}`
    : ''
  return `${own}${theirs}; ${count} pairs${values.cli ? `; command line: ${values.cli}` : ''}.`
}

function notes(peer: Peer | undefined): string {
  const lines = [
    'Ours : theirs, in turn; a ratio is the median of the pairs, below 1 is faster. Both tools run on the same Node and',
    'the same engine, with the same definition in the same folder. Processor time is of the tools, without the engine.',
  ]
  if (!peer)
    lines.push('There is no `docker` command here, without which the Dev Containers CLI cannot be compared.')
  else {
    lines.push(
      `First \`up\`: a new folder and a \`RUN\` line never built before, each time, for each tool. Pristine asks the`,
      `registry for the pin and builds with BuildKit; the Dev Containers CLI builds with ${peer.builder} of this engine.`,
    )
  }
  return lines.join('\n')
}
