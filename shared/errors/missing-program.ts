/** The exit codes of a shell, or of an engine, for a program that is missing or cannot be run. */
const NOT_RUN = [126, 127]

/** How engines and shells name a program that they do not find. */
const REPORTS = [
  /^OCI runtime exec failed.*exec: "([^"]+)": (?:executable file not found|stat \S+: no such file or directory)/,
  /^(?:\/usr\/bin\/)?env: (?:can't execute )?['"`‘]?([^\s'"`’:]+)['"`’]?: No such file or directory/,
  /: ([^\s:]+): bad interpreter: No such file or directory$/,
  /^\S+: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found$/,
]

/**
 * What helps where a program was not found, as the beginning of a sentence that ends with "and run again"; undefined where
 * the output names none.
 */
export function mendMissingProgram({ code, output }: { code: number; output: string[] }): string | undefined {
  const isReported = NOT_RUN.includes(code) || output.some((line) => REPORTS[0]?.test(line))
  if (!isReported) return undefined
  const program = output.flatMap((line) => nameIn(line) ?? []).at(-1)
  if (program === undefined) return undefined
  if (/(?:^|\/)bash$/.test(program))
    return `The image has no ${program}: install it in the Dockerfile, take an image that has it, or write the command for /bin/sh,`
  if (/^\.{0,2}\/.*\.[a-z]+$/.test(program))
    return `${program} is missing, or the program that its first line names (often /bin/bash): correct the path, or install that program in the Dockerfile,`
  return `The image has no ${program}: install it in the Dockerfile, or name a program that the image has,`
}

function nameIn(line: string): string | undefined {
  for (const report of REPORTS) {
    const name = report.exec(line.trimEnd())?.[1]
    if (name !== undefined) return name
  }
  return undefined
}
