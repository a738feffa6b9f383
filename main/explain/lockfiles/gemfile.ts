import { linesOf, NotThisFormat, Packages } from './packages.ts'

/**
 * Gemfile.lock: below `specs:` of GEM, GIT, PATH and PLUGIN SOURCE each gem with four blanks before it, what it needs
 * with six. A version may have a platform: `1.16.0-x86_64-linux`.
 */
export function readGemfile(text: string): Packages {
  const packages = new Packages()
  const lines = linesOf(text)
  if (!lines.some((line) => /^(?:GEM|GIT|PATH|DEPENDENCIES)$/.test(line))) throw new NotThisFormat()
  for (const line of lines) {
    const [, name, version] = /^ {4}(\S+) \(([^)]+)\)$/.exec(line) ?? []
    if (name !== undefined && version !== undefined) packages.add(name, version)
  }
  return packages
}
