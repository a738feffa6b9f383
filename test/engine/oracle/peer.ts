import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { type ContainerSummary, listContainers, removeContainer } from '../../../main/docker/containers.ts'
import { removeTag } from '../../../main/docker/images.ts'
import { removeVolume } from '../../../main/docker/volumes.ts'

const CLI = createRequire(import.meta.url).resolve('@devcontainers/cli/devcontainer.js')
const MOST_OUTPUT = 64 * 1024 * 1024
/** In which image the CLI brings the files of features to a builder that is not BuildKit. */
const FEATURES_CONTENT = 'dev_container_feature_content_temp'

/** What `devcontainer up` answers, on success and on failure. */
export interface PeerResult {
  outcome: 'success' | 'error'
  containerId?: string
  description?: string
}

/** A project that the Dev Containers CLI brings up. Disposing removes what that made on the engine. */
export class PeerProject implements AsyncDisposable {
  readonly folder: string
  private readonly root: string
  private readonly env: Record<string, string | undefined>
  private readonly engine: Engine
  /** Calls under way, which could make something after the cleaning up. */
  private readonly calls = new Set<Promise<unknown>>()

  /** `root` is a folder of its own that holds the project's `folder`. */
  constructor(root: string, folder: string, env: Record<string, string | undefined>, engine: Engine) {
    this.root = root
    this.folder = folder
    this.env = env
    this.engine = engine
  }

  async up(): Promise<PeerResult> {
    // Debian's docker has no buildx, without which the CLI cannot use BuildKit.
    const options = ['--buildkit', 'never', '--update-remote-user-uid-default', 'never']
    const { stdout, stderr } = await this.call('up', options)
    const answer = stdout.trim().split('\n').at(-1)
    if (!answer) throw new Error(`devcontainer up answered nothing:\n${stderr}`)
    return JSON.parse(answer) as PeerResult
  }

  /** Runs a shell command in the environment. */
  exec(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
    return this.call('exec', [], ['/bin/sh', '-c', command])
  }

  /**
   * Opens a container that somebody else made, as an editor does that attaches to it: `verb` is one of the CLI's, `rest` what
   * follows the container's id.
   */
  async attach(container: string, verb: string, ...rest: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(verb, ['--container-id', container, ...rest])
    if (code !== 0) throw new Error(`devcontainer ${verb} ended with ${code}:\n${stdout}${stderr}`)
    return stdout
  }

  /** Writes files of the project; paths are relative to its folder. */
  async write(files: Record<string, string>): Promise<void> {
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(this.folder, name), content)
  }

  /** Its containers on the engine, running or not. */
  containers(): Promise<ContainerSummary[]> {
    return listContainers(this.engine, [`devcontainer.local_folder=${this.folder}`])
  }

  private call(verb: string, options: string[], command: string[] = []) {
    return this.run(verb, ['--workspace-folder', this.folder, ...options, ...command])
  }

  private async run(verb: string, options: string[]) {
    const place = ['--user-data-folder', path.join(this.root, 'peer-data')]
    const call = promisify(execFile)(process.execPath, [CLI, verb, ...place, ...options], {
      env: this.env,
      maxBuffer: MOST_OUTPUT,
    })
    call.child.stdin?.end()
    const ended = call.then(
      (output) => ({ code: 0, ...output }),
      (error: { code?: number | string; stdout: string; stderr: string }) => {
        if (typeof error.code !== 'number') throw error
        return { code: error.code, stdout: error.stdout, stderr: error.stderr }
      },
    )
    this.calls.add(ended)
    return ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.calls)
    const { docker } = this.engine
    for (const { Id, Mounts } of await this.containers()) {
      await removeContainer(this.engine, Id)
      const volumes = Mounts.flatMap((mount) => (mount.Type === 'volume' && mount.Name ? [mount.Name] : []))
      await Promise.all(volumes.map((name) => removeVolume(this.engine, name)))
    }
    const name = `vsc-*-${createHash('sha256').update(this.folder).digest('hex')}`
    const reference = [name, `${name}-features`, FEATURES_CONTENT]
    const built = await docker.listImages({ filters: { reference } })
    for (const { RepoTags = [] } of built) for (const tag of RepoTags) await removeTag(this.engine, tag)
    // The classic builder leaves the stages that the result does not need.
    const stages = await docker.listImages({
      filters: { dangling: ['true'], label: ['dev.pristine.test=oracle'] },
    })
    for (const { Id } of stages) await removeTag(this.engine, Id)
    await rm(this.root, { recursive: true, force: true })
  }
}
