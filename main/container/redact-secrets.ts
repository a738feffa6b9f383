import type { Run, TextFilter } from '../../shared/operation.ts'
import { BuildFailure } from '../docker/build/build-image.ts'
import { type Hidden, patternsOf, Redactor } from '../docker/streams/redactor.ts'
import type { ResolvedRun } from './launch/exec-context.ts'

/** What is shorter stands in too many words by chance, and is no secret. */
const SHORTEST = 5

/** A value, and what is shown in its place. */
type Value = [value: string, shown: string]

/** Prepares values to be hidden, those that are long enough. */
export const hiding = (values: Value[]): Hidden =>
  patternsOf(values.filter(([value]) => value.length >= SHORTEST))

/** A value, and its lines: programs print texts of several lines one by one. */
const withLines = (value: string, shown: string): Value[] =>
  [...new Set([value, ...value.split(/\r?\n/)])].map((part): Value => [part, shown])

/** The build arguments that come from this computer's environment, shown as their templates. */
export const valuesOfArgs = (args: Record<string, string>, templates: Record<string, string>): Value[] =>
  Object.entries(templates).flatMap(([name, template]) => withLines(args[name] ?? '', template))

/** The values of secrets, by their names. */
export const valuesOfSecrets = (secrets: Iterable<[name: string, value: string]>): Value[] =>
  [...secrets].flatMap(([name, value]) => withLines(value, `[secret ${name}]`))

/** The values of variables of this computer's environment, shown as the variables. */
export const valuesOfVariables = (
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Value[] => names.flatMap((name) => withLines(env[name] ?? '', `\${localEnv:${name}}`))

/** The values that a service, or a command in it, gets of the person's environment. */
export const localValues = ({
  secretVariables,
  localEnv,
}: Pick<ResolvedRun, 'secretVariables' | 'localEnv'>): Value[] => valuesOfVariables(secretVariables, localEnv)

/** A text that is whole, without the values. */
export function redact(text: string, hidden: Hidden): string {
  const redactor = new Redactor(hidden)
  return redactor.push(text) + redactor.end()
}

/**
 * The builder puts the values of arguments into the names of its steps, and a program may print them. A program's
 * output arrives in chunks: each stream has to be filtered with the run's `filter` before it is cut into lines.
 */
export function redactRun(run: Run, hidden: Hidden): Run {
  if (hidden.length === 0) return run
  return {
    ...run,
    report: (event) =>
      run.report(
        event.kind === 'step'
          ? { ...event, name: redact(event.name, hidden) }
          : event.kind === 'plan' || event.kind === 'undoing'
            ? event
            : { ...event, text: redact(event.text, hidden) },
      ),
    filter: () => inOrder(new Redactor(hidden), run.filter?.()),
  }
}

/** The same for the values that a service, or a command in it, gets of the person's environment. */
export const redactLocal = (run: Run, context: Pick<ResolvedRun, 'secretVariables' | 'localEnv'>): Run =>
  redactRun(run, hiding(localValues(context)))

/** What the first filter shows, through the second. */
const inOrder = (first: TextFilter, second: TextFilter | undefined): TextFilter =>
  second === undefined
    ? first
    : {
        push: (piece) => second.push(first.push(piece)),
        end: () => second.push(first.end()) + second.end(),
      }

/** A failure without the values, and so without its cause, which holds them too. */
export function redactFailure(failure: BuildFailure, hidden: Hidden): BuildFailure {
  if (hidden.length === 0) return failure
  const redactText = (text: string) => redact(text, hidden)
  const step = failure.step === undefined ? undefined : redactText(failure.step)
  return new BuildFailure(redactText(failure.message), step, failure.output.map(redactText))
}
