import { type Expanded, expand, type Scope } from './expand.ts'
import { DockerfileProblem } from './problem.ts'
import type { ReadingBudget } from './reading-budget.ts'

/** The context of a word: the line for messages, its escape character, and the reading budget. */
export interface WordContext {
  line: number
  escapeChar: string
  budget: ReadingBudget
}

/** Substitutes the variables of a word; what cannot be substituted is a fault at its line. */
export function substitute(word: string, scope: { get: Scope }, context: WordContext): Expanded {
  try {
    return expand(word, scope.get, context.escapeChar, context.budget)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DockerfileProblem(context.line, `${word}: ${error.message}`, { cause: error })
  }
}
