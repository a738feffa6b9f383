import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAsRoot } from './commands.ts'
import { launchEngine, signalEngine, stopEngine } from './engine.ts'
import { engineName } from './engine-name.ts'
import { enginePaths } from './engines-beside.ts'
import { type Facts, makeHome, type RigPaths, readFacts, rigPaths, writeJson } from './home.ts'
import { bridgeName, CHOOSING_NETWORK, dropNetwork, freeNetwork, raiseNetwork } from './network.ts'
import { identify } from './process-record.ts'
import { RigError } from './rig-error.ts'
import { alone } from './start-lock.ts'

/** An engine of a test's own, which it may kill, stop and fill. Base images come from the rig's registry. */
export interface PrivateEngine extends AsyncDisposable {
  /** What to set `DOCKER_HOST` to. */
  dockerHost: string
  /** Kills dockerd with SIGKILL. Its containerd dies with it, its containers live on. */
  kill(): Promise<void>
  /** Starts it again and waits until it answers. */
  start(): Promise<void>
  /** Stops dockerd with SIGSTOP: it takes connections and answers none. */
  freeze(): Promise<void>
  /** Lets it go on. */
  thaw(): Promise<void>
}

const PREFIX = 'pristine-engine-'

/**
 * Starts an engine of the chosen kind (`engineName`) beside the rig's, in a second; where that is no Docker, Debian's.
 * `prepare` is called with the folder for its images, containers and
 * volumes before that exists; `more` says where else it listens. Not where the rig is borrowed (`whyBorrowed`).
 */
export async function startPrivateEngine(
  prepare: (data: string) => Promise<void> = async () => {},
  more: Pick<Facts, 'tls'> = {},
): Promise<PrivateEngine> {
  const rig = await readFacts(rigPaths())
  if (!rig) throw new RigError('The rig does not run.', 'Start it: npm run -s rig -- start')
  const home = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const paths = rigPaths(home)
  const facts = await alone(CHOOSING_NETWORK, async () => {
    await removeAbandoned()
    const network = await freeNetwork()
    const own = { port: rig.port, bridge: bridgeName(home), network, ...(await chosenKind()), ...more }
    await writeJson(paths.facts, own)
    await raiseNetwork(own)
    return own
  })
  await makeHome(paths)
  await prepare(paths.engine.data)
  await launchEngine(paths, facts)
  return {
    dockerHost: `unix://${paths.engine.socket}`,
    kill: () => signalEngine(paths, 'KILL'),
    start: () => launchEngine(paths, facts),
    freeze: () => signalEngine(paths, 'STOP'),
    thaw: () => signalEngine(paths, 'CONT'),
    [Symbol.asyncDispose]: () => remove(paths, facts),
  }
}

async function chosenKind(): Promise<Pick<Facts, 'newest'>> {
  const name = engineName()
  if (name !== 'overlay2' && name !== 'containerd') return {}
  const { newest } = (await readFacts(enginePaths(rigPaths(), name))) ?? {}
  return newest ? { newest } : {}
}

async function remove(paths: RigPaths, facts: Facts | undefined): Promise<void> {
  await stopEngine(paths)
  if (facts) await dropNetwork(facts)
  await runAsRoot('rm', ['-rf', '--one-file-system', paths.home])
}

/** A test that was killed leaves its engine behind. */
async function removeAbandoned(): Promise<void> {
  const found = (await readdir(tmpdir())).filter((name) => new RegExp(`^${PREFIX}\\d+-`).test(name))
  for (const name of found) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0])
    const paths = rigPaths(join(tmpdir(), name))
    if (!identify(pid)) await remove(paths, await readFacts(paths))
  }
}
