import path from 'node:path'
import { readBun } from './bun.ts'
import { readComposer } from './composer.ts'
import { readGemfile } from './gemfile.ts'
import { readGoSum } from './go-sum.ts'
import { readNpm } from './npm.ts'
import type { Packages } from './packages.ts'
import { readPnpm } from './pnpm.ts'
import { readPipfile, readRequirements } from './python.ts'
import { readTomlPackages } from './toml-packages.ts'
import { readToolVersions, readVersionOf } from './tool-versions.ts'
import { readYarn } from './yarn.ts'

type Reader = (text: string) => Packages

const READERS: [RegExp, Reader][] = [
  [/^(?:package-lock|npm-shrinkwrap)\.json$/, readNpm],
  [/^yarn\.lock$/, readYarn],
  [/^pnpm-lock\.yaml$/, readPnpm],
  [/^bun\.lock$/, readBun],
  [/^(?:Cargo|poetry|uv|pdm)\.lock$/, readTomlPackages],
  [/^Pipfile\.lock$/, readPipfile],
  [/^requirements.*\.txt$/, readRequirements],
  [/^go\.sum$/, readGoSum],
  [/^Gemfile\.lock$/, readGemfile],
  [/^composer\.lock$/, readComposer],
  [/^\.(?:nvmrc|node-version)$/, readVersionOf('node')],
  [/^\.python-version$/, readVersionOf('python')],
  [/^\.ruby-version$/, readVersionOf('ruby')],
  [/^\.tool-versions$/, readToolVersions],
]

const readerOf = (file: string): Reader | undefined =>
  READERS.find(([name]) => name.test(path.posix.basename(file)))?.[1]

/** Whether a file is a lockfile whose packages can be read, by its name. */
export const isReadable = (file: string): boolean => readerOf(file) !== undefined

/**
 * The packages of a lockfile; undefined for other files, or for one that its tool did not write. Takes time in
 * proportion to the text, and never throws: the text is untrusted.
 */
export function readLockfile(file: string, text: string): Packages | undefined {
  try {
    return readerOf(file)?.(text)
  } catch {
    // Not in the format, or too deep for a parser: its packages are then not listed.
    return undefined
  }
}
