import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import path from 'node:path'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { whyBorrowed } from '../../rig/borrowed-engine.ts'
import { engineName } from '../../rig/engine-name.ts'
import { readJson, rigPaths, writeJson } from '../../rig/home.ts'
import type { OracleDefinition } from './definitions.ts'
import type { Observation } from './observe.ts'

/** The files that decide what the peer is asked and how its answer is written down. */
const ASKING = ['observe.ts', 'peer.ts', 'place.ts']

/**
 * The peer's side of a comparison: asked for with `observe` the first time, and kept in the rig's folder. It is asked anew
 * when anything is another one that decides it: the definition, the peer's version, the engine, the base images, the
 * questions. Where the rig is borrowed, nothing is known of its images, and nothing is kept.
 */
export async function peerSide(
  engine: Engine,
  definition: OracleDefinition,
  observe: () => Promise<Observation>,
): Promise<Observation> {
  if (whyBorrowed()) return observe()
  return keptAnswer(await decidingValues(engine, definition), observe)
}

/** An answer that is kept in the rig's folder by all the values that decide it. */
export async function keptAnswer(
  deciding: unknown[],
  observe: () => Promise<Observation>,
): Promise<Observation> {
  const folder = path.join(rigPaths().home, 'peer')
  const fingerprint = createHash('sha256').update(JSON.stringify(deciding)).digest('hex')
  const file = path.join(folder, `${fingerprint}.json`)
  const kept = await readJson<Observation>(file)
  if (kept) return kept
  const observed = await observe()
  await mkdir(folder, { recursive: true })
  await writeJson(file, observed)
  return observed
}

async function decidingValues(
  engine: Engine,
  { differs: _, ...definition }: OracleDefinition,
): Promise<unknown[]> {
  const { markers } = rigPaths()
  const images = (await readdir(markers)).sort().map((name) => path.join(markers, name))
  const asking = ASKING.map((name) => path.join(import.meta.dirname, name))
  const [{ Version, KernelVersion }, ...texts] = await Promise.all([
    engine.docker.version(),
    ...[peerManifest(), ...asking, ...images].map((file) => readFile(file, 'utf8')),
  ])
  const { uid, gid, username, homedir } = userInfo()
  const person = [uid, gid, username, homedir, process.umask()]
  return [definition, person, engineName(), Version, KernelVersion, ...texts]
}

/** The file that says which version of the peer is installed. */
export const peerManifest = () => createRequire(import.meta.url).resolve('@devcontainers/cli/package.json')
