import type { VersionSource } from './choose-release.ts'
import { textAt, textsAt, valueAt } from './parsed-values.ts'
import type { ProjectReader } from './project-reader.ts'

/**
 * The version of a tool in the files of asdf (`.tool-versions`) and mise (`mise.toml`), by any of its names: `nodejs
 * 24.1.0`. Of several versions the first one counts.
 */
export async function toolVersions(look: ProjectReader, ...names: string[]): Promise<VersionSource[]> {
  const found: VersionSource[] = []
  const lines = (await look.text('.tool-versions'))?.split('\n') ?? []
  for (const line of lines) {
    const [tool, version] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (tool !== undefined && version !== undefined && names.includes(tool)) {
      found.push({ from: look.path('.tool-versions'), text: version })
    }
  }
  const mise = await look.toml('mise.toml')
  for (const name of names) {
    const text =
      textAt(mise, 'tools', name) ?? textAt(mise, 'tools', name, 'version') ?? textsAt(mise, 'tools', name)[0]
    if (text !== undefined) found.push({ from: look.path('mise.toml'), text })
    else if (valueAt(mise, 'tools', name) !== undefined) {
      look.warn(`${look.path('mise.toml')} has an entry for ${name} that Pristine cannot read.`)
    }
  }
  return found
}

/** The version in a file that holds nothing else, such as `.nvmrc`: its first line that is not a comment. */
export async function versionFile(look: ProjectReader, file: string): Promise<VersionSource[]> {
  const lines = (await look.text(file))?.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const text = lines?.find((line) => line !== '')
  return text === undefined ? [] : [{ from: look.path(file), text: text.slice(0, 100) }]
}
