import type { Run, StepEvent } from '../../shared/operation.ts'
import { CONTENT_HOOKS } from '../definition/devcontainer/content-hooks.ts'

const LONGEST = 80

/** Listens to a build, and keeps which commands really ran, on one line each; those from the cache did not. */
export function trackUncachedSteps(run: Run): { run: Run; commands: () => string[] } {
  const executed = new Map<string, string>()
  return {
    run: {
      signal: run.signal,
      report: (event) => {
        if (event.kind === 'step' && event.state === 'done' && isCommand(event))
          executed.set(event.id, short(event.name))
        run.report(event)
      },
    },
    commands: () => [...executed.values()],
  }
}

/** An instruction of the Dockerfile that runs a command, or a hook that is baked. */
const isCommand = (step: StepEvent): boolean =>
  step.phase === 'build'
    ? /^(?:ONBUILD )?RUN\b/i.test(step.name)
    : step.phase === 'hook' && CONTENT_HOOKS.some((hook) => hook === step.subject)

function short(command: string): string {
  const line = command.split('\n')[0] ?? ''
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
