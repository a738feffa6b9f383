import type { Run } from '../../shared/operation.ts'
import { BuildFailure } from '../docker/build.ts'

/** What is shorter stands in too many words by chance, and is no secret. */
const SHORTEST = 5

/** Values that must not be shown, with what is shown in their place. */
export type Hidden = ReadonlyMap<string, string>

/** The values that are long enough to be hidden; one that holds another goes first. */
export const hiding = (values: [value: string, shown: string][]): Hidden =>
  new Map(values.filter(([value]) => value.length >= SHORTEST).sort(([a], [b]) => b.length - a.length))

/** The build arguments that come from this computer's environment, shown as their templates. */
export function hiddenArgs(args: Record<string, string>, templates: Record<string, string>): Hidden {
  return hiding(Object.entries(templates).map(([name, template]) => [args[name] ?? '', template]))
}

/** The values of secrets, by their names; programs print texts of several lines one by one. */
export function hiddenSecrets(values: Iterable<[name: string, value: string]>): Hidden {
  return hiding(
    [...values].flatMap(([name, value]) =>
      [value, ...value.split(/\r?\n/)].map((part): [string, string] => [part, `[secret ${name}]`]),
    ),
  )
}

export function redact(text: string, hidden: Hidden): string {
  let clean = text
  for (const [value, shown] of hidden) clean = clean.replaceAll(value, shown)
  return clean
}

/** The builder puts the values of arguments into the names of its steps, and a program may print them. */
export function redactRun(run: Run, hidden: Hidden): Run {
  if (hidden.size === 0) return run
  return {
    signal: run.signal,
    report: (event) =>
      run.report(
        event.kind === 'step'
          ? { ...event, name: redact(event.name, hidden) }
          : event.kind === 'plan'
            ? event
            : { ...event, text: redact(event.text, hidden) },
      ),
  }
}

/** A failure without the values, and so without its cause, which holds them too. */
export function redactFailure(failure: BuildFailure, hidden: Hidden): BuildFailure {
  if (hidden.size === 0) return failure
  const clean = (text: string) => redact(text, hidden)
  const step = failure.step === undefined ? undefined : clean(failure.step)
  return new BuildFailure(clean(failure.message), step, failure.output.map(clean))
}
