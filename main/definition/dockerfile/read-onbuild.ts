import { checkInstruction, NOT_A_TRIGGER, TRIGGER_ESCAPE } from './stages.ts'
import { DockerfileProblem } from './syntax/problem.ts'
import { type SplitDockerfile, type Statement, splitDockerfile } from './syntax/split-instructions.ts'

/**
 * The instructions that an image leaves to a stage that begins with it (its ONBUILD), as if they stood on the stage's
 * FROM line. The builder reads each as a separate Dockerfile (BuildKit, dockerfile2llb, dispatchOnBuildTriggers).
 * Error: a DockerfileProblem for what is not one instruction, and for a file with another escape character, in which
 * they would be read otherwise.
 */
export function readOnbuild(
  reference: string,
  triggers: readonly string[],
  file: Pick<SplitDockerfile, 'escapeChar'>,
  line: number,
): Statement[] {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new DockerfileProblem(
      line,
      { code: 'definition-unsupported', key: `ONBUILD of ${reference}`, reason },
      { cause },
    )
  }
  if (triggers.length > 0 && file.escapeChar !== TRIGGER_ESCAPE)
    refuse(`the image's instructions cannot be read with the escape character ${file.escapeChar}`)
  return triggers.map((text) => {
    try {
      const { statements, directives } = splitDockerfile(text)
      const [statement, ...more] = statements
      if (!statement || more.length > 0 || directives.length > 0) return refuse('it is not one instruction')
      if (NOT_A_TRIGGER.includes(statement.keyword))
        return refuse(`${statement.keyword.toUpperCase()} may not be one of its instructions`)
      checkInstruction(statement, statement, TRIGGER_ESCAPE)
      return { ...statement, lines: statement.lines.map((own) => ({ ...own, number: line })) }
    } catch (error) {
      if (!(error instanceof DockerfileProblem) || error.fault.code !== 'definition-invalid') throw error
      return refuse(error.fault.problem, error)
    }
  })
}
