import { existsSync } from 'node:fs'
import { makeBaseImages } from './base-images.ts'
import { findBorrowedEngine, whyBorrowed } from './borrowed-engine.ts'
import { runAsRoot } from './commands.ts'
import { engineClient, mountsBelow, startEngine, stopEngine } from './engine.ts'
import { type EngineName, engineName } from './engine-name.ts'
import { enginePaths, startEngineBeside, stopEnginesBeside } from './engines-beside.ts'
import { type Facts, makeHome, type RigPaths, readFacts, rigPaths, writeJson } from './home.ts'
import { bridgeName, dropNetwork, freeNetwork, raiseNetwork } from './network.ts'
import { dropOldBuilds } from './old-builds.ts'
import { installPackages } from './packages.ts'
import { freePort } from './port.ts'
import { say, step } from './progress.ts'
import { startRegistry, stopRegistry } from './registry.ts'
import { RigError } from './rig-error.ts'
import { alone } from './start-lock.ts'

/** The rig that runs: its own engine and registry, or the engine of this machine. */
export type Rig =
  | {
      kind: 'private'
      home: string
      engine: EngineName
      dockerHost: string
      registry: string
      registryLog: string
    }
  | { kind: 'borrowed'; because: string; dockerHost: string | undefined }

/** Starts whatever does not run yet, `engine` included; safe to call from several processes at once. */
export async function startRig(engine = engineName()): Promise<Rig> {
  const because = whyBorrowed()
  if (because) {
    await findBorrowedEngine(because)
    say(`using the engine of this machine: ${because}. Base images come from its registry.`)
    return borrowed(because)
  }
  const paths = rigPaths()
  const started = await alone(paths.lock, async () => {
    await installPackages()
    await makeHome(paths)
    const facts = await decideFacts(paths)
    await raiseNetwork(facts)
    await startRegistry(paths, facts)
    await startEngine(paths, facts)
    await dropOldBuilds(paths)
    await makeBaseImages(paths, facts)
    return facts
  })
  if (engine !== 'docker') await startEngineBeside(paths, started, engine)
  return describe(paths, started, engine)
}

/** The running rig; throws a RigError when it does not run. */
export async function runningRig(engine = engineName()): Promise<Rig> {
  const because = whyBorrowed()
  if (because) {
    await findBorrowedEngine(because)
    return borrowed(because)
  }
  const paths = rigPaths()
  const facts = await readFacts(paths)
  const answers =
    facts &&
    (await engineClient(enginePaths(paths, engine))
      .ping()
      .catch(() => undefined))
  if (!facts || !answers) {
    throw new RigError('The rig does not run.', `Start it: npm run -s rig -- start ${engine}`)
  }
  return describe(paths, facts, engine)
}

/** The running rig, once a start that is under way has ended. Error: as `runningRig`. */
export async function startedRig(engine = engineName()): Promise<Rig> {
  if (!whyBorrowed()) await alone(rigPaths().lock, async () => {})
  return runningRig(engine)
}

/** The variables by which tests, the engine's command line and Pristine itself find the rig. */
export function rigVariables(rig: Rig): Record<string, string> {
  if (rig.kind === 'borrowed') return rig.dockerHost ? { DOCKER_HOST: rig.dockerHost } : {}
  return {
    DOCKER_HOST: rig.dockerHost,
    PRISTINE_RIG_ENGINE: rig.engine,
    PRISTINE_RIG_HOME: rig.home,
    PRISTINE_RIG_REGISTRY: rig.registry,
    PRISTINE_RIG_REGISTRY_LOG: rig.registryLog,
  }
}

/** Ends what `startRig` started. The images stay for the next start, unless `purge` removes the rig's folder. */
export async function stopRig(options: { purge: boolean }): Promise<void> {
  const paths = rigPaths()
  if (whyBorrowed() || !existsSync(paths.home)) return say('no private rig here')
  await alone(paths.lock, async () => {
    const facts = await readFacts(paths)
    await step('stop the engines', async () => {
      await stopEnginesBeside(paths)
      await stopEngine(paths)
    })
    await step('stop the registry', () => stopRegistry(paths))
    if (facts) await step('remove the network', () => dropNetwork(facts))
    if (options.purge) await step(`remove ${paths.home}`, () => purge(paths, facts))
  })
}

/** Only a folder with this rig's facts is removed, and never through a mount: that would be somebody's files. */
async function purge(paths: RigPaths, facts: Facts | undefined): Promise<void> {
  const mounts = await mountsBelow(paths.home)
  if (!facts) throw new RigError(`${paths.home} is not the folder of a rig.`, 'Check PRISTINE_RIG_HOME.')
  if (mounts.length > 0) throw new RigError(`${mounts[0]} is still mounted.`, `umount ${mounts[0]}`)
  await runAsRoot('rm', ['-rf', '--one-file-system', paths.home])
}

async function decideFacts(paths: RigPaths): Promise<Facts> {
  const known = await readFacts(paths)
  if (known) return known
  const facts = { port: await freePort(), bridge: bridgeName(paths.home), network: await freeNetwork() }
  await writeJson(paths.facts, facts)
  return facts
}

function describe(paths: RigPaths, facts: Facts, engine: EngineName): Rig {
  return {
    kind: 'private',
    home: paths.home,
    engine,
    dockerHost: `unix://${enginePaths(paths, engine).engine.socket}`,
    registry: `127.0.0.1:${facts.port}`,
    registryLog: paths.front.requests,
  }
}

function borrowed(because: string): Rig {
  return { kind: 'borrowed', because, dockerHost: process.env['DOCKER_HOST'] }
}
