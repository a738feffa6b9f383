import type { Scope, Value } from './expand.ts'
import type { ReadingBudget } from './reading-budget.ts'

/** The arguments that the builder sets by itself; their values differ from one platform to the next. */
const PLATFORM_ARGUMENTS = [
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
] as const

/** Variables at one place of a Dockerfile. `rest` answers for the names that were never set there. */
export class Variables {
  private readonly values: Map<string, Value>
  private readonly rest: Scope

  constructor(rest: Scope, values: Iterable<[string, Value]> = []) {
    this.rest = rest
    this.values = new Map(values)
  }

  /** For the next stage. One stage upon the other, each with all variables of those below, can be a lot. */
  copy(budget: ReadingBudget): Variables {
    budget.spend(this.values.size)
    return new Variables(this.rest, this.values)
  }

  set(name: string, value: Value): void {
    this.values.set(name, value)
  }

  get: Scope = (name) => this.values.get(name) ?? this.rest(name)
}

const unknown = (name: string): Value => ({ text: '', unknown: name })

/** What a stage can see before its first instruction, on an image of which nothing is known. */
export const variablesOfImage = (): Variables => new Variables(unknown)

/** The same on `scratch`, where the builder sets PATH and nothing else. */
export const variablesOfScratch = (): Variables =>
  new Variables((name) => (name === 'PATH' ? unknown(name) : undefined))

/** The scope of `ARG`s before the first `FROM`. */
export function globalVariables(args: Readonly<Record<string, Value>>, targetStage: string): Variables {
  const variables = new Variables(() => undefined)
  for (const name of PLATFORM_ARGUMENTS) variables.set(name, unknown(name))
  variables.set('TARGETSTAGE', targetStage)
  for (const name of [...PLATFORM_ARGUMENTS, 'TARGETSTAGE']) {
    const given = args[name]
    if (given !== undefined) variables.set(name, given)
  }
  return variables
}
