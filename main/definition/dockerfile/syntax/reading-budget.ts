import { DockerfileProblem } from './problem.ts'

/** A fraction of a second; Dockerfiles as people write them take some thousand steps. */
const MAX = 2_000_000

/**
 * What reading a Dockerfile may cost beyond its own length. Variables, patterns and triggers can multiply, so that a few
 * lines ask for more than any computer can do. Steps are counted, not time: every machine refuses the same text.
 */
export class ReadingBudget {
  private left = MAX

  /** Error: a DockerfileProblem, when it is too much. */
  spend(steps: number): void {
    this.left -= steps
    if (this.left < 0)
      throw new DockerfileProblem(0, 'its variables, patterns or triggers multiply to more than can be read')
  }
}
