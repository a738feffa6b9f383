import path from 'node:path'
import { measureProgram, type Variables } from './program.ts'
import type { Sample } from './sample.ts'
import type { Subject } from './subject.ts'

/** git as it is out of the box, whatever this computer's settings say. */
export function gitIn(subject: Subject, args: string[]): Promise<Sample> {
  const env: Variables = {
    ...subject.env,
    GIT_CONFIG_GLOBAL: path.join(subject.scratch, 'no-settings'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'bench',
    GIT_AUTHOR_EMAIL: 'bench@example.org',
    GIT_COMMITTER_NAME: 'bench',
    GIT_COMMITTER_EMAIL: 'bench@example.org',
  }
  return measureProgram(['git', '-c', 'gc.auto=0', ...args], { cwd: subject.folder, env })
}
