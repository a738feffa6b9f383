import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { COMMAND_LINE } from '../built.ts'
import type { TestProject } from './test-project.ts'

/** What a run of the command line gave. */
export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts `pristine` in a project's folder, without a terminal. */
export function start(project: TestProject, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [COMMAND_LINE, ...args], {
    cwd: project.folder,
    env: { ...withoutColour(project.env), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Test runners ask for colours; a person's shell does not. */
function withoutColour({ FORCE_COLOR, NO_COLOR, ...env }: Record<string, string | undefined>) {
  return env
}

/** Waits until a run has ended; `input` is what it reads. */
export async function finish(child: ChildProcess, input = ''): Promise<Finished> {
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('The streams of the command are not piped.')
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')])
  return { code: code as number | null, stdout: out, stderr: err }
}

/** Runs `pristine` in a project's folder to its end. */
export const pristine = (project: TestProject, ...args: string[]): Promise<Finished> =>
  finish(start(project, args))
