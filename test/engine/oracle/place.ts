import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { connect, type Engine } from '../../../main/docker/connect.ts'
import { TestProject } from '../test-project.ts'
import type { OracleDefinition } from './definitions.ts'
import { type Observation, observe, type Side } from './observe.ts'
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

async function place({
  files,
  folder = 'project',
  within,
}: Placed): Promise<{ root: string; folder: string }> {
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

/** Brings both environments up and looks into them. */
export async function observePair(
  { engine, peer, ours, roots }: Pair,
  { files, look = [], labels = [] }: OracleDefinition,
): Promise<{ peer: Observation; ours: Observation }> {
  // Where a definition names variables of this computer.
  await ours.grant()
  const [theirs, mine] = await Promise.all([peer.up(), ours.up()])
  const file = '.devcontainer.json' in files ? '.devcontainer.json' : '.devcontainer/devcontainer.json'
  const peerSide: Side = {
    root: roots.peer,
    folder: peer.folder,
    container: succeeded(theirs),
    exec: (command) => peer.exec(command),
  }
  const ourSide: Side = {
    root: roots.ours,
    folder: ours.folder,
    container: mine.environment.containers[0]?.id ?? '',
    key: await ours.key(),
    exec: (command) => ours.exec(command),
  }
  const [peerFacts, ourFacts] = await Promise.all(
    [peerSide, ourSide].map((side) => observe(engine, side, { file, files: look, labels })),
  )
  return { peer: peerFacts ?? {}, ours: ourFacts ?? {} }
}

/** The container that the peer brought up. */
export function succeeded(result: PeerResult): string {
  if (result.outcome !== 'success' || !result.containerId)
    throw new Error(`The peer failed: ${JSON.stringify(result)}`)
  return result.containerId
}
