import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { startEngine, stopEngine } from './engine.ts'
import { type EngineName, engineName } from './engine-name.ts'
import { type Facts, makeHome, type RigPaths, readFacts, rigPaths, writeJson } from './home.ts'
import {
  bridgeName,
  CHOOSING_NETWORK,
  dropNetwork,
  freeNetwork,
  openWayOut,
  raiseNetwork,
} from './network.ts'
import { newestPrograms } from './newest-programs.ts'
import { dropOldBuilds } from './old-builds.ts'
import { type NewestPodman, podmanUser, startNewestPodman, stopNewestPodman } from './podman-newest.ts'
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
    const store = name === 'containerd' ? name : 'overlay2'
    const facts = await factsBeside(paths, { port, newest: { root, store } })
    const podman = podmanOf(paths, facts)
    if (podman) return startNewestPodman(podman)
    await startEngine(paths, facts)
    await dropOldBuilds(paths)
  })
}

/** The user who runs the chosen engine, where that is not root: folders for its containers have to be that user's. */
export async function engineUser(): Promise<number | undefined> {
  if (engineName() !== 'podman-rootless') return undefined
  const facts = await readFacts(enginePaths(rigPaths(), 'podman-rootless'))
  return facts && podmanUser(facts)
}

/** Ends all engines beside, and takes their networks away. */
export async function stopEnginesBeside(rig: RigPaths): Promise<void> {
  if (!existsSync(rig.engines)) return
  await alone(rig.enginesLock, async () => {
    for (const name of await readdir(rig.engines)) {
      const paths = rigPaths(join(rig.engines, name))
      const facts = await readFacts(paths)
      const podman = facts && podmanOf(paths, facts)
      await (podman ? stopNewestPodman(podman) : stopEngine(paths))
      if (facts) await dropNetwork(facts)
    }
  })
}

/** The Podman that lives there; undefined for a Docker. */
function podmanOf(paths: RigPaths, facts: Facts): NewestPodman | undefined {
  const name = basename(paths.home)
  if (!/^podman/.test(name) || !facts.newest) return undefined
  return { paths, facts, programs: facts.newest.root, rootless: name === 'podman-rootless' }
}

async function factsBeside(paths: RigPaths, given: Pick<Facts, 'port' | 'newest'>): Promise<Facts> {
  const known = await readFacts(paths)
  return alone(CHOOSING_NETWORK, async () => {
    const network = known?.network ?? (await freeNetwork())
    const facts = { ...given, bridge: bridgeName(paths.home), network }
    await writeJson(paths.facts, facts)
    // Podman makes its bridge itself, and opens it for loopback only then.
    await (podmanOf(paths, facts) ? openWayOut(facts) : raiseNetwork(facts))
    return facts
  })
}
