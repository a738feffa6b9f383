import { measureProgram } from './program.ts'
import { type Spread, spread } from './sample.ts'
import { createSubject } from './subject.ts'
import { pristine } from './tools.ts'

/** Work without anything to compare it with: milliseconds, which tell something only beside the others of one run. */
export interface Lone {
  work: string
  wall: Spread
  processor: Spread | undefined
}

/** Whole processes that are short, and Node itself, which all of them contain. */
export async function alone(count: number): Promise<Lone[]> {
  await using subject = await createSubject()
  await pristine(subject, 'up')
  const works = {
    '`status`': () => pristine(subject, 'status'),
    '`versions`': () => pristine(subject, 'versions'),
    '`--version`': () => pristine(subject, '--version'),
    'Node, doing nothing': () =>
      measureProgram([process.execPath, '-e', '0'], { cwd: subject.folder, env: subject.env }),
  }
  const samples = Object.entries(works).map(([work, run]) => ({
    work,
    run,
    wall: [] as number[],
    processor: [] as number[],
  }))
  for (let i = 0; i <= count; i++) {
    for (const { run, wall, processor } of samples) {
      const sample = await run()
      if (i === 0) continue
      wall.push(sample.wall)
      if (sample.processor !== undefined) processor.push(sample.processor)
    }
  }
  return samples.map(({ work, wall, processor }) => ({
    work,
    wall: spread(wall),
    processor: processor.length > 0 ? spread(processor) : undefined,
  }))
}
