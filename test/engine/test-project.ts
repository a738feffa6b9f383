import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createEngine, type PristineEngine } from '../../main/engine.ts'
import { openHome } from '../../main/store/home.ts'
import { openProject } from '../../main/store/open-project.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { engineUser } from '../rig/engines-beside.ts'

/** A project in a folder of its own, with a data folder of its own, on the rig's engine. */
export class TestProject implements AsyncDisposable {
  readonly folder: string
  readonly env: Record<string, string | undefined>
  readonly engine: PristineEngine
  readonly events: OperationEvent[] = []
  private readonly root: string

  constructor(root: string, folder: string, env: Record<string, string | undefined>) {
    this.root = root
    this.folder = folder
    this.env = env
    this.engine = createEngine(env)
  }

  /** How verbs are run; what they report is kept in `events`. */
  run(signal: AbortSignal = new AbortController().signal) {
    return { signal, report: (event: OperationEvent) => this.events.push(event) }
  }

  up(options: { frozen?: boolean; signal?: AbortSignal; trust?: string } = {}): Promise<UpResult> {
    const { frozen = false, signal, trust = '' } = options
    return this.settled(this.engine.up(this.folder, { frozen, trust: [trust] }, this.run(signal)))
  }

  plan(): Promise<UpResult> {
    return this.engine.planUp(this.folder, { frozen: false }, this.run())
  }

  reset(to?: string): Promise<UpResult> {
    return this.settled(this.engine.reset(this.folder, { to }, this.run()))
  }

  /** What the definition reaches today, and what of it was granted. */
  trust() {
    return this.engine.trust(this.folder, undefined, this.run())
  }

  /** Grants what the definition reaches today, its commands on this computer with the project's files as they are. */
  async grant() {
    return this.engine.grantTrust(this.folder, (await this.trust()).fingerprint, undefined, this.run())
  }

  /** The same, and its commands whatever the project's files say. */
  async grantAnyFiles() {
    const { anyFiles } = await this.trust()
    if (anyFiles === null) throw new Error('No command is asked.')
    return this.engine.grantTrust(this.folder, anyFiles, undefined, this.run())
  }

  /** Waits for the removal of what was replaced, so that a test sees the end of it. */
  private async settled(result: Promise<UpResult>): Promise<UpResult> {
    try {
      return await result
    } finally {
      await this.engine.settled()
    }
  }

  /** The project's key on the engine. */
  async key(): Promise<string> {
    return (await openProject(this.folder, openHome(this.env))).key
  }

  status() {
    return this.engine.status(this.folder, undefined, this.run())
  }

  versions() {
    return this.engine.versions(this.folder)
  }

  /** Runs a shell command in the environment. */
  async exec(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const both = Promise.all([text(stdout), text(stderr)])
    const terminal = { stdin: new PassThrough(), stdout, stderr, tty: false, interactive: false }
    const code = await this.engine.exec(this.folder, ['/bin/sh', '-c', command], terminal, this.run())
    stdout.end()
    stderr.end()
    const [out, err] = await both
    return { code, stdout: out, stderr: err }
  }

  async exists(file: string): Promise<boolean> {
    return (await this.exec(`test -e ${file}`)).code === 0
  }

  /** Writes files of the project; paths are relative to its folder. */
  async write(files: Record<string, string>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content)
    }
    await giveToEngine(this.root)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.remove(this.folder, { data: true, versions: true }).catch(() => {})
    await rm(this.root, { recursive: true, force: true })
  }
}

/** Gives a folder with all that is in it to who runs the engine, where that is another user. */
async function giveToEngine(folder: string): Promise<void> {
  const user = await engineUser()
  if (user !== undefined) await promisify(execFile)('chown', ['-R', `${user}:${user}`, folder])
}

/**
 * Makes a project from files, or from a folder to copy. `name` is its folder's name; `env` adds to the environment.
 */
export async function testProject(
  from: Record<string, string> | string,
  options: { name?: string; env?: Record<string, string> } = {},
): Promise<TestProject> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-test-')))
  const folder = path.join(root, options.name ?? 'project')
  await mkdir(folder)
  const env = { ...process.env, CI: undefined, PRISTINE_HOME: path.join(root, 'home'), ...options.env }
  const project = new TestProject(root, folder, env)
  if (typeof from === 'string') await cp(from, folder, { recursive: true })
  await project.write(typeof from === 'string' ? {} : from)
  return project
}

/** A devcontainer.json's text. */
export const devcontainer = (definition: object): Record<string, string> => ({
  '.devcontainer/devcontainer.json': JSON.stringify(definition, null, 2),
})
