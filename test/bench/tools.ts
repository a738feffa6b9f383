import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { measureProgram } from './program.ts'
import type { Sample } from './sample.ts'
import type { Subject } from './subject.ts'

const run = promisify(execFile)
let commandLine = path.join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js')
const require = createRequire(import.meta.url)
const PEER = require.resolve('@devcontainers/cli/devcontainer.js')

/** Measures another build of the command line from now on; `file` is its entry. */
export function useCommandLine(file: string): void {
  commandLine = path.resolve(file)
}

/** A whole `pristine` command in a subject's folder. */
export function pristine(subject: Subject, ...args: string[]): Promise<Sample> {
  return measureProgram([process.execPath, commandLine, ...args], { cwd: subject.folder, env: subject.env })
}

/** The Dev Containers CLI with the engine's own command line, which it cannot work without. */
export interface Peer {
  version: string
  /** Of the `docker` command that it calls. */
  client: string
  builder: 'BuildKit' | 'the classic builder'
  up(subject: Subject, ...args: string[]): Promise<Sample>
}

/** The peer; undefined where there is no `docker` command. */
export async function findPeer(): Promise<Peer | undefined> {
  const client = await output('docker', 'version', '--format', '{{.Client.Version}}')
  if (client === undefined) return undefined
  const buildx = (await output('docker', 'buildx', 'version')) !== undefined
  const { version } = require('@devcontainers/cli/package.json') as { version: string }
  // Without the plugin its own attempt at BuildKit would only be one more process that fails.
  const builder = buildx ? [] : ['--buildkit', 'never']
  return {
    version,
    client,
    builder: buildx ? 'BuildKit' : 'the classic builder',
    up: (subject, ...args) =>
      measureProgram(
        [process.execPath, PEER, 'up', '--workspace-folder', subject.folder, ...builder, ...args],
        {
          cwd: subject.folder,
          env: { ...subject.env, TMPDIR: subject.scratch },
        },
      ),
  }
}

async function output(command: string, ...args: string[]): Promise<string | undefined> {
  try {
    return (await run(command, args)).stdout.trim()
  } catch {
    return undefined
  }
}
