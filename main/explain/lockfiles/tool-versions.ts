import { linesOf, NotThisFormat, Packages } from './packages.ts'

/** A file that holds the version of one tool and nothing else, such as `.nvmrc`. */
export const readVersionOf =
  (tool: string) =>
  (text: string): Packages => {
    const lines = linesOf(text).filter((line) => line.trim() !== '' && !line.startsWith('#'))
    const [version = ''] = lines
    if (lines.length !== 1 || !/^\S{1,40}$/.test(version.trim())) throw new NotThisFormat()
    const packages = new Packages()
    packages.add(tool, version.trim().replace(/^v(?=\d)/, ''))
    return packages
  }

/** `.tool-versions` (asdf-vm.com): a tool a line, with its version and further ones to fall back on. */
export function readToolVersions(text: string): Packages {
  const packages = new Packages()
  for (const line of linesOf(text)) {
    const [name = '', ...versions] = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (name !== '') packages.add(name, versions.join(' '))
  }
  return packages
}
