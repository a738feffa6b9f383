import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { COMMAND_LINE } from '../built.ts'
import { type Finished, finish } from './command.ts'
import type { TestProject } from './test-project.ts'

/** Whether this computer has what makes terminals for tests. */
export const hasTerminal = spawnSync('python3', ['--version']).status === 0

/** Runs `pristine` on a real terminal; `script` types a text when another one has been shown. */
export function onTerminal(
  project: TestProject,
  args: string[],
  script: [shown: string, typed: string][] = [],
  env = {},
): Promise<Finished> {
  const child = spawn(
    'python3',
    [path.join(import.meta.dirname, 'terminal.py'), process.execPath, COMMAND_LINE, ...args],
    {
      cwd: project.folder,
      env: { ...project.env, NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm', ...env },
      stdio: 'pipe',
    },
  )
  return finish(child, script.map((line) => `${line.join('\t')}\n`).join(''))
}
