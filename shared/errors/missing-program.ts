/** The exit codes of a shell, or of an engine, for a program that is missing or cannot be run. */
const NOT_RUN = [126, 127]

/** How engines and shells, and Node on this computer, name a program that they do not find. */
const REPORTS = [
  /^OCI runtime exec failed.*exec: "([^"]+)": (?:executable file not found|stat \S+: no such file or directory)/,
  /^(?:\/usr\/bin\/)?env: (?:can't execute )?['"`‘]?([^\s'"`’:]+)['"`’]?: No such file or directory/,
  /: ([^\s:]+): bad interpreter: No such file or directory$/,
  /^\S+: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found$/,
  /^spawn (.+) ENOENT$/,
]

/**
 * What helps where a command did not find a program, as the beginning of a sentence that ends with "and run again";
 * undefined where the output names none. `isLocal`: whether it ran on this computer and not in a container.
 */
export function mendMissingProgram(
  { code, output }: { code: number; output: string[] },
  isLocal: boolean,
): string | undefined {
  const isReported = NOT_RUN.includes(code) || output.some((line) => REPORTS[0]?.test(line))
  if (!isReported) return undefined
  const program = output.flatMap((line) => nameIn(line) ?? []).at(-1)
  if (program === undefined) return undefined
  const [owner, install] = isLocal
    ? ['This computer', 'install it']
    : ['The image', 'install it in the Dockerfile']
  if (/(?:^|\/)bash$/.test(program))
    return `${owner} has no ${program}: ${install}${isLocal ? '' : ', take an image that has it'}, or write the command for /bin/sh,`
  if (/^\.{0,2}\/.*\.[a-z]+$/.test(program))
    return `${program} is missing, or the program that its first line names (often /bin/bash): correct the path, or ${install.replace('it', 'that program')},`
  return `${owner} has no ${program}: ${install}, or name a program that ${isLocal ? 'it' : 'the image'} has,`
}

function nameIn(line: string): string | undefined {
  for (const report of REPORTS) {
    const name = report.exec(line.trimEnd())?.[1]
    if (name !== undefined) return name
  }
  return undefined
}
