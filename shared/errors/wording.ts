/** A place in a file, as far as it is known. */
export const at = (d: { file: string; line?: number; column?: number }): string =>
  d.line === undefined ? d.file : `${d.file}:${d.line}${d.column === undefined ? '' : `:${d.column}`}`

/** The last lines that a program printed, the rest in short. */
export const said = (output: string[], otherwise: string): string =>
  output.length > 0 ? output.join('\n') : otherwise

/** The first of a list of names, and how many more there are. */
export const listed = (names: string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

/** What to do when something could not write because the environment is sealed. */
export const SEALED =
  'The environment is sealed: only the workspace, volumes and tmpfs can be written. Mount one there, or write in ' +
  'onCreateCommand, which is part of the image; the environment is as it was.'
