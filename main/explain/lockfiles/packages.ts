/** The packages that a lockfile names, each with its versions: a tree may hold several of one package. */
export class Packages {
  /** By name: each version with the checksum of its content, where the format has one. */
  readonly versions = new Map<string, Map<string, string>>()

  add(name: string, version: string, checksum = ''): void {
    const known = this.versions.get(name)
    if (known) known.set(version, checksum)
    else this.versions.set(name, new Map([[version, checksum]]))
  }
}

/** Thrown by a reader for a text that is not in its format: its packages are then not listed. */
export class NotThisFormat extends Error {}

/** The text's lines, without line ends. Errors: `NotThisFormat` in the middle of an unresolved merge. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.some((line) => /^(?:<{7}|={7}|>{7})(?: |$)/.test(line))) throw new NotThisFormat()
  return lines
}

/** A JSON value as an object. Errors: `NotThisFormat`. */
export function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotThisFormat()
  return value as Record<string, unknown>
}

/** A JSON value that should be a text; `''` for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
