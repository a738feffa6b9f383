import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Spread, spread } from './sample.ts'
import { createSubject } from './subject.ts'
import { pristine } from './tools.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(import.meta.resolve('./phases.ts'))

/** One part of an `up` with nothing to do. `calls`: to the engine. */
export interface Phase {
  name: string
  wall: Spread
  calls: number
}

/** Where the time of an `up` with nothing to do goes, one part after the other (in earnest some run side by side). */
export async function breakdown(count: number): Promise<Phase[]> {
  await using subject = await createSubject()
  await pristine(subject, 'up')
  const phases = new Map<string, { times: number[]; calls: number }>()
  for (let i = 0; i <= count; i++) {
    const { stdout } = await run(process.execPath, [SCRIPT, subject.folder], { env: subject.env })
    if (i === 0) continue
    for (const [name, time, calls] of JSON.parse(stdout) as [string, number, number][]) {
      const phase = phases.get(name) ?? { times: [], calls }
      phase.times.push(time)
      phases.set(name, phase)
    }
  }
  return [...phases].map(([name, { times, calls }]) => ({ name, wall: spread(times), calls }))
}
