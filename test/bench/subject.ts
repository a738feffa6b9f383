import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect, type Engine } from '../../main/docker/connection/connect.ts'
import { createEngine, type PristineEngine } from '../../main/engine.ts'
import type { Run } from '../../shared/operation.ts'
import type { Variables } from './program.ts'

const BASE_IMAGE = 'debian:bookworm-slim'
const LOCAL_FOLDER = 'devcontainer.local_folder'

/** A project that both tools bring up from the same definition; everything that they make of it goes with it. */
export class Subject implements AsyncDisposable {
  readonly folder: string
  /** A folder for temporary files. */
  readonly scratch: string
  readonly env: Variables
  readonly engine: PristineEngine
  private readonly root: string

  constructor(root: string) {
    this.root = root
    this.folder = path.join(root, 'project')
    this.scratch = path.join(root, 'tmp')
    this.env = { ...process.env, CI: undefined, PRISTINE_HOME: path.join(root, 'home') }
    this.engine = createEngine(this.env)
  }

  /** The container engine, for the calls that nobody's tool makes. */
  connect(): Promise<Engine> {
    return connect(this.env)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.remove(this.folder, { data: true, versions: true })
    await removePeers(await this.connect(), this.folder)
    await rm(this.root, { recursive: true, force: true })
  }
}

/**
 * Makes a project with a small Dockerfile. `nonce` makes its content new, so that no builder has it in its cache.
 * `dockerfile` are further lines of it, `context` is the build's context, `definition` is added to devcontainer.json.
 */
export async function createSubject(
  options: { nonce?: string; dockerfile?: string[]; context?: string; definition?: object } = {},
): Promise<Subject> {
  const build = { dockerfile: 'Dockerfile', context: options.context ?? '.' }
  const lines = [
    `FROM ${BASE_IMAGE}`,
    ...(options.dockerfile ?? []),
    `RUN echo ${options.nonce ?? 'bench'} > /made`,
  ]
  return subjectOf({
    '.devcontainer/devcontainer.json': JSON.stringify({ name: 'bench', build, ...options.definition }),
    '.devcontainer/Dockerfile': `${lines.join('\n')}\n`,
  })
}

/** Makes a project of these files, by their paths in its folder. */
export async function subjectOf(files: Record<string, string>): Promise<Subject> {
  const subject = new Subject(await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-bench-'))))
  await mkdir(subject.scratch)
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(subject.folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return subject
}

/** Runs a verb without showing what it reports. */
export const quietRun = (): Run => ({ signal: new AbortController().signal, report: () => {} })

/** Removes the containers that the peer made for a folder, and their images. */
async function removePeers({ docker }: Engine, folder: string): Promise<void> {
  const filters = JSON.stringify({ label: [`${LOCAL_FOLDER}=${folder}`] })
  const containers = await docker.listContainers({ all: true, filters })
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true })
  for (const image of new Set(containers.map(({ Image }) => Image)))
    await docker.getImage(image).remove({ force: true })
}
