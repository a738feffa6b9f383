import { type Expanded, expand, type Scope } from './expand.ts'
import { DockerfileProblem } from './problem.ts'

/** Where a word stands: the line for messages, and the escape character that holds there. */
export interface Place {
  line: number
  escapeChar: string
}

/** Substitutes the variables of a word; what cannot be substituted is a fault at its line. */
export function substitute(word: string, scope: { get: Scope }, place: Place): Expanded {
  try {
    return expand(word, scope.get, place.escapeChar)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DockerfileProblem(place.line, `${word}: ${error.message}`, { cause: error })
  }
}
