import { productError } from '../../../../shared/errors.ts'

/** What is wrong, without the file's name, which the reading below does not know. */
export type Fault =
  | { code: 'definition-invalid'; problem: string }
  | { code: 'definition-unsupported'; key: string; reason: string }

/** A fault in a Dockerfile, at a line (1-based) of the person's file, or 0 for the whole of it. */
export class DockerfileProblem extends Error {
  readonly line: number
  readonly fault: Fault

  constructor(line: number, fault: Fault | string, options?: ErrorOptions) {
    const known: Fault = typeof fault === 'string' ? { code: 'definition-invalid', problem: fault } : fault
    super(known.code, options)
    this.name = 'DockerfileProblem'
    this.line = line
    this.fault = known
  }
}

/** The requested stage does not exist: the caller's fault, not the Dockerfile's. */
export class NoSuchStage extends DockerfileProblem {}

/** The product error for a fault in a file. */
export function faultIn(file: string, problem: DockerfileProblem): Error {
  const { fault, line } = problem
  const at = line > 0 ? { file, line } : { file }
  switch (fault.code) {
    case 'definition-invalid':
      return productError(fault.code, { ...at, problem: fault.problem }, { cause: problem })
    case 'definition-unsupported':
      return productError(fault.code, { ...at, key: fault.key, reason: fault.reason }, { cause: problem })
  }
}
