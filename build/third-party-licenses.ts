import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Plugin } from 'rolldown'

/** The file beside built code that names each package in it, with the texts that its licence wants passed on. */
export const LICENSES_FILE = 'third-party-licenses.txt'

const LICENSE = /^(licen[cs]e|notice|copying)/i
const RULE = `\n\n${'-'.repeat(80)}\n\n`

/** Writes {@link LICENSES_FILE}; a package without a licence fails the build. */
export function thirdPartyLicenses(): Plugin {
  return {
    name: 'third-party licenses',
    async generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
      const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []))
      const notices = await Promise.all([...folders].map(notice))
      const source = `${[...new Set(notices)].sort().join(RULE)}\n`
      this.emitFile({ type: 'asset', fileName: LICENSES_FILE, source })
    },
  }
}

/** The folder of the installed package that a module is of; none for a module of this project or of the bundler. */
function packageFolder(module: string): string | undefined {
  const folder = /^[^\0]*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0]
  return folder && existsSync(path.join(folder, 'package.json')) ? folder : undefined
}

async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
  const files = (await readdir(folder)).filter((file) => LICENSE.test(file)).sort()
  if (!license && files.length === 0) throw new Error(`${name} ${version} is bundled and names no licence`)
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n')
}
