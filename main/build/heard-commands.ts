import type { Run } from '../../shared/operation.ts'

/** A step of a build that runs a command: an instruction, or a hook that is baked. */
const COMMAND = /^(?:\[[^\]]*\] (?=(?:ONBUILD )?RUN\b)|(?=(?:onCreateCommand|updateContentCommand)\b))/i
const LONGEST = 80

/** Listens to a build, and keeps which commands really ran, on one line each; those from the cache did not. */
export function hearCommands(run: Run): { run: Run; commands: () => string[] } {
  const heard = new Map<string, string>()
  return {
    run: {
      signal: run.signal,
      report: (event) => {
        if (event.kind === 'step' && event.state === 'done' && COMMAND.test(event.name))
          heard.set(event.id, short(event.name.replace(COMMAND, '')))
        run.report(event)
      },
    },
    commands: () => [...heard.values()],
  }
}

function short(command: string): string {
  const line = command.split('\n')[0] ?? ''
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
