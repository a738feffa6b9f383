/** A fault in a Dockerfile, at a line (1-based) of the person's file; `readDockerfile` makes a product error of it. */
export class DockerfileProblem extends Error {
  readonly line: number

  constructor(line: number, problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'DockerfileProblem'
    this.line = line
  }
}
