import type { Run } from '../../shared/operation.ts'
import { BuildFailure } from '../docker/build.ts'

/** What is shorter stands in too many words by chance, and is no secret. */
const SHORTEST = 5

/** Values that must not be shown, with what is shown in their place. */
export type Secrets = ReadonlyMap<string, string>

/** The build arguments that come from this computer's environment, shown as their templates. */
export function secretsOf(args: Record<string, string>, templates: Record<string, string>): Secrets {
  const entries = Object.entries(templates).map(([name, template]): [string, string] => [
    args[name] ?? '',
    template,
  ])
  // A value that holds another one goes first.
  return new Map(
    entries.filter(([value]) => value.length >= SHORTEST).sort(([a], [b]) => b.length - a.length),
  )
}

export function redact(text: string, secrets: Secrets): string {
  let clean = text
  for (const [value, shown] of secrets) clean = clean.replaceAll(value, shown)
  return clean
}

/** The builder puts the values of arguments into the names of its steps, and a program may print them. */
export function redactRun(run: Run, secrets: Secrets): Run {
  if (secrets.size === 0) return run
  return {
    signal: run.signal,
    report: (event) =>
      run.report(
        event.kind === 'step'
          ? { ...event, name: redact(event.name, secrets) }
          : event.kind === 'plan'
            ? event
            : { ...event, text: redact(event.text, secrets) },
      ),
  }
}

/** A failure without the values, and so without its cause, which holds them too. */
export function redactFailure(failure: BuildFailure, secrets: Secrets): BuildFailure {
  if (secrets.size === 0) return failure
  const clean = (text: string) => redact(text, secrets)
  const step = failure.step === undefined ? undefined : clean(failure.step)
  return new BuildFailure(clean(failure.message), step, failure.output.map(clean))
}
