import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createEngine } from '../../../main/engine.ts'
import { openHome } from '../../../main/store/home.ts'
import { parseSource } from '../../../main/store/parse-source.ts'
import { recordedProjects } from '../../../main/store/project-records.ts'
import type { CloneResult } from '../../../shared/clone.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

/** A person who clones: a home of their own, and a folder for projects. */
export class ClonePlace implements AsyncDisposable {
  readonly root: string
  readonly projects: string
  readonly env: Record<string, string | undefined>
  readonly events: OperationEvent[] = []

  constructor(root: string, more: Record<string, string>) {
    this.root = root
    this.projects = path.join(root, 'projects')
    const { PATH } = process.env
    this.env = {
      PATH,
      HOME: root,
      PRISTINE_HOME: path.join(root, 'pristine'),
      GIT_CONFIG_NOSYSTEM: '1',
      ...more,
    }
  }

  /** Clones what a text names into a folder of the projects. */
  clone(text: string, { into, signal }: { into?: string; signal?: AbortSignal } = {}): Promise<CloneResult> {
    const source = parseSource(text)
    if (source.kind !== 'clone') throw new Error(`${text} is no address.`)
    const run = {
      signal: signal ?? new AbortController().signal,
      report: (event: OperationEvent) => this.events.push(event),
    }
    const destination = path.join(this.projects, into ?? source.name)
    return createEngine(this.env).clone({ source, destination, interactive: false }, run)
  }

  /** What is in the folder for projects, hidden things too; undefined when there is none. */
  left(): Promise<string[] | undefined> {
    return readdir(this.projects).catch(() => undefined)
  }

  /** The folders on the list. */
  async listed(): Promise<string[]> {
    const home = openHome(this.env)
    return (await recordedProjects({ home })).map((project) => project.path)
  }

  /** The texts of notes and warnings, and the names of steps. */
  get told(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'step' ? event.name : 'text' in event ? event.text : [],
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}

export async function clonePlace(env: Record<string, string> = {}): Promise<ClonePlace> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-clone-')))
  const place = new ClonePlace(root, env)
  await mkdir(place.projects)
  return place
}
