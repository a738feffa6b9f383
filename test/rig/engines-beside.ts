import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startEngine, stopEngine } from './engine.ts'
import type { EngineName } from './engine-name.ts'
import { type Facts, makeHome, type RigPaths, readFacts, rigPaths, writeJson } from './home.ts'
import { bridgeName, CHOOSING_NETWORK, dropNetwork, freeNetwork, raiseNetwork } from './network.ts'
import { newestPrograms } from './newest-programs.ts'
import { dropOldBuilds } from './old-builds.ts'
import { alone } from './start-lock.ts'

/** An engine beside the rig's first one, which it shares the registry with and nothing else. */
type EngineBeside = Exclude<EngineName, 'docker'>

/** Where an engine lives: the first one in the rig's folder, another in a folder of the same form in there. */
export function enginePaths(rig: RigPaths, name: EngineName): RigPaths {
  return name === 'docker' ? rig : rigPaths(join(rig.engines, name))
}

/** Starts an engine beside, unless it runs; the first time its programs are fetched. The rig has to run. */
export async function startEngineBeside(rig: RigPaths, { port }: Facts, name: EngineBeside): Promise<void> {
  await alone(rig.enginesLock, async () => {
    const root = await newestPrograms(rig)
    const paths = enginePaths(rig, name)
    await makeHome(paths)
    const facts = await factsBeside(paths, { port, newest: { root, store: name } })
    await startEngine(paths, facts)
    await dropOldBuilds(paths)
  })
}

/** Ends all engines beside, and takes their networks away. */
export async function stopEnginesBeside(rig: RigPaths): Promise<void> {
  if (!existsSync(rig.engines)) return
  await alone(rig.enginesLock, async () => {
    for (const name of await readdir(rig.engines)) {
      const paths = rigPaths(join(rig.engines, name))
      await stopEngine(paths)
      const facts = await readFacts(paths)
      if (facts) await dropNetwork(facts)
    }
  })
}

async function factsBeside(paths: RigPaths, given: Pick<Facts, 'port' | 'newest'>): Promise<Facts> {
  const known = await readFacts(paths)
  return alone(CHOOSING_NETWORK, async () => {
    const network = known?.network ?? (await freeNetwork())
    const facts = { ...given, bridge: bridgeName(paths.home), network }
    await writeJson(paths.facts, facts)
    await raiseNetwork(facts)
    return facts
  })
}
