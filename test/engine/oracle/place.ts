import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { connect, type Engine } from '../../../main/docker/connection/connect.ts'
import { TestProject } from '../test-project.ts'
import type { OracleDefinition } from './definitions.ts'
import { peerSide } from './kept.ts'
import { type Look, type Observation, observe } from './observe.ts'
import { PeerProject, type PeerResult } from './peer.ts'

/** The same project twice, in folders of the same name: once for each tool. */
export interface Pair extends AsyncDisposable {
  engine: Engine
  peer: PeerProject
  ours: TestProject
  /** The folders that hold the two. */
  roots: { peer: string; ours: string }
}

export type Placed = Pick<OracleDefinition, 'files' | 'folder' | 'within' | 'env'>

export async function placePair(definition: Placed): Promise<Pair> {
  const env = { ...process.env, CI: undefined, ...definition.env }
  const engine = await connect(env)
  const [there, here] = await Promise.all([place(definition), place(definition)])
  const peer = new PeerProject(there.root, there.folder, env, engine)
  const ours = new TestProject(here.root, here.folder, {
    ...env,
    PRISTINE_HOME: path.join(here.root, 'home'),
  })
  const dispose = async () => {
    await Promise.all([peer[Symbol.asyncDispose](), ours[Symbol.asyncDispose]()])
  }
  return { engine, peer, ours, roots: { peer: there.root, ours: here.root }, [Symbol.asyncDispose]: dispose }
}

export async function place({
  files,
  folder = 'project',
  within,
}: Pick<Placed, 'files' | 'folder' | 'within'>): Promise<{ root: string; folder: string }> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-oracle-')))
  const top = path.join(root, folder)
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(top, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  if (within !== undefined) await promisify(execFile)('git', ['init', '-q', top])
  return { root, folder: path.join(top, within ?? '') }
}

/** Brings both environments up and looks into them; the peer's only where its side is not kept. */
export async function observePair(
  pair: Pair,
  definition: OracleDefinition,
): Promise<{ peer: Observation; ours: Observation }> {
  const [peer, ours] = await Promise.all([
    peerSide(pair.engine, definition, () => observePeer(pair, definition)),
    observeOurs(pair, definition),
  ])
  return { peer, ours }
}

async function observePeer(
  { engine, peer, roots }: Pair,
  definition: OracleDefinition,
): Promise<Observation> {
  const container = succeeded(await peer.up())
  const exec = (command: string) => peer.exec(command)
  return observe(engine, { root: roots.peer, folder: peer.folder, container, exec }, lookOf(definition))
}

async function observeOurs(
  { engine, ours, roots }: Pair,
  definition: OracleDefinition,
): Promise<Observation> {
  // Where a definition names variables of this computer.
  await ours.grant()
  const { environment } = await ours.up()
  const container = environment.containers[0]?.id ?? ''
  const [key, exec] = [await ours.key(), (command: string) => ours.exec(command)]
  return observe(engine, { root: roots.ours, folder: ours.folder, container, key, exec }, lookOf(definition))
}

function lookOf({ files, look = [], labels = [] }: OracleDefinition): Look {
  const file = '.devcontainer.json' in files ? '.devcontainer.json' : '.devcontainer/devcontainer.json'
  return { file, files: look, labels }
}

/** The container that the peer brought up. */
export function succeeded(result: PeerResult): string {
  if (result.outcome !== 'success' || !result.containerId)
    throw new Error(`The peer failed: ${JSON.stringify(result)}`)
  return result.containerId
}
