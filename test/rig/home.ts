import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { RigError } from './rig-error.ts'

/** Where everything of the rig lives: `PRISTINE_RIG_HOME`, else a folder in the person's cache. */
function rigHome(): string {
  return resolve(process.env['PRISTINE_RIG_HOME'] || join(homedir(), '.cache', 'pristine-rig'))
}

/** The rig's files, by what they are. */
export function rigPaths(home = rigHome()) {
  return {
    home,
    facts: join(home, 'rig.json'),
    lock: join(home, 'start.lock'),
    work: join(home, 'work'),
    markers: join(home, 'images'),
    engines: join(home, 'engines'),
    enginesLock: join(home, 'engines.lock'),
    newest: join(home, 'newest'),
    newestMarker: join(home, 'newest.json'),
    compose: join(home, 'compose'),
    composeMarker: join(home, 'compose.json'),
    buildx: join(home, 'buildx'),
    buildxMarker: join(home, 'buildx.json'),
    engine: {
      folder: join(home, 'engine'),
      config: join(home, 'engine', 'daemon.json'),
      socket: join(home, 'engine', 'docker.sock'),
      data: join(home, 'engine', 'data'),
      exec: join(home, 'engine', 'exec'),
      pid: join(home, 'engine', 'dockerd.pid'),
      launched: join(home, 'engine', 'launched.pid'),
      log: join(home, 'engine', 'dockerd.log'),
      process: join(home, 'engine', 'process.json'),
    },
    registry: {
      folder: join(home, 'registry'),
      config: join(home, 'registry', 'config.yml'),
      socket: join(home, 'registry', 'registry.sock'),
      storage: join(home, 'registry', 'storage'),
      log: join(home, 'registry', 'registry.log'),
      process: join(home, 'registry', 'process.json'),
    },
    front: {
      folder: join(home, 'front'),
      requests: join(home, 'front', 'requests.log'),
      log: join(home, 'front', 'front.log'),
      process: join(home, 'front', 'process.json'),
    },
  }
}

export type RigPaths = ReturnType<typeof rigPaths>

/** What was chosen at the first start and stays: the registry's port, the bridge, its 10.N.0.0/16. */
export interface Facts {
  port: number
  bridge: string
  network: number
  /** The port of 127.0.0.1 where the engine listens too, with the certificates of `test/fixtures/tls`. */
  tls?: number
  /** The engine is of Debian's newest suite, whose programs are in the folder `root`; `store` is where it keeps images. */
  newest?: { root: string; store: 'overlay2' | 'containerd' }
}

/** Reads the facts; undefined where no rig was ever started. */
export async function readFacts(paths: RigPaths): Promise<Facts | undefined> {
  return readJson<Facts>(paths.facts)
}

/** Makes the folders. A Unix socket's path is limited to 107 bytes, so a deep home is refused here. */
export async function makeHome(paths: RigPaths): Promise<void> {
  const longest = join(paths.engine.exec, 'containerd', 'containerd-debug.sock')
  if (Buffer.byteLength(longest) > 100) {
    throw new RigError(
      `The rig's folder ${paths.home} is too deep for Unix sockets.`,
      'Set PRISTINE_RIG_HOME to a shorter path.',
    )
  }
  for (const folder of [
    paths.engine.folder,
    paths.registry.storage,
    paths.front.folder,
    paths.work,
    paths.markers,
  ]) {
    await mkdir(folder, { recursive: true })
  }
}

/** Reads a JSON file that this rig wrote; undefined when it is not there or was cut short. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

/** Writes a JSON file whole or not at all. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const beside = `${file}.${process.pid}`
  await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`)
  await rename(beside, file)
}
