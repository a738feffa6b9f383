import { type Expanded, expand, type Scope } from './expand.ts'
import { DockerfileProblem } from './problem.ts'
import type { Effort } from './reading-budget.ts'

/** Where a word stands: the line for messages, the escape character that holds there, and what reading may cost. */
export interface Place {
  line: number
  escapeChar: string
  effort: Effort
}

/** Substitutes the variables of a word; what cannot be substituted is a fault at its line. */
export function substitute(word: string, scope: { get: Scope }, place: Place): Expanded {
  try {
    return expand(word, scope.get, place.escapeChar, place.effort)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DockerfileProblem(place.line, `${word}: ${error.message}`, { cause: error })
  }
}
