import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import { commandIn, type Draft, forwardPorts, inputs, type Reasoned, setting } from '../draft/draft.ts'
import { keysAt, textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions, versionFile } from '../draft/tool-versions.ts'
import { type Packages, readPackages } from './node-packages.ts'
import { nodePort } from './node-port.ts'
import { whyInFolder } from './node-tree.ts'

/** Packages that are compiled when they are installed, with what the small image lacks. */
const COMPILED = ['canvas', 'node-gyp', 'node-sass', 'node-pty', 'usb', 'serialport', 'zeromq']
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies']

/** Recognises Node.js and Bun by a package.json. */
export async function node(look: ProjectReader): Promise<Draft | undefined> {
  if (!look.has('package.json')) return undefined
  const from = look.path('package.json')
  const manifest = await look.json('package.json')
  const names = GROUPS.flatMap((group) => keysAt(manifest, group))
  const packages = manifest === undefined ? undefined : await readPackages(look, manifest)
  const base = packages?.manager === 'bun' ? bunImage(packages) : await nodeImage(look, manifest, names)
  const draft = {
    stack: packages?.manager === 'bun' ? 'Bun' : 'Node.js',
    from,
    dependencies: names.map((name) => ({ name, file: from })),
  }
  const image = { base: { image: base.image, because: base } }
  const ports = forwardPorts(await nodePort(look, manifest, names))
  const user = packages?.manager === 'bun' ? 'bun' : 'node'
  const asUser = setting('remoteUser', user, `The user "${user}" that the image has, and not root.`, null)
  if (packages === undefined) {
    look.warn(`The packages are not installed: ${from} cannot be read.`)
    return { ...draft, ...image, settings: [asUser, ...ports] }
  }
  if (names.length === 0) return { ...draft, ...image, settings: [asUser, ...ports] }

  const inFolder = whyInFolder(look, manifest, names, packages)
  if (inFolder === undefined) {
    const dockerfile = beside(look, base, packages)
    const because = { reason: 'The packages are part of the image; the Dockerfile installs them.', from }
    return { ...draft, base: { dockerfile, because }, settings: [asUser, ...ports] }
  }
  const { tool, install, locked } = packages
  if (!locked) {
    look.warn(`Nothing locks the packages of ${from}: commit the lockfile that the first start writes.`)
  }
  const [hook, how] = inFolder.isDecided
    ? ['updateContentCommand', 'once for a version: its image holds what is installed']
    : ['postCreateCommand', 'whenever a container is made: a reset repeats it']
  const every = `${inFolder.reason} So they are installed in the folder itself, ${how}.`
  return {
    ...draft,
    ...image,
    settings: [
      ...(tool === undefined ? [] : [setting('onCreateCommand', tool.command, tool.reason, tool.from)]),
      setting(hook, commandIn(look.at, install.command), every, inFolder.from),
      ...inputs(look, [...(locked ? [] : ['package.json']), ...install.files], 'the installation reads it.'),
      ...ports,
    ],
  }
}

interface Base {
  image: string
  reason: string
  from: string | null
}

/** The names of the releases with long-term support, as .nvmrc may write them. */
const CODENAMES: Record<string, string> = {
  gallium: '16',
  hydrogen: '18',
  iron: '20',
  jod: '22',
  krypton: '24',
}

async function nodeImage(look: ProjectReader, manifest: unknown, names: string[]): Promise<Base> {
  const engines = textAt(manifest, 'engines', 'node')
  const volta = textAt(manifest, 'volta', 'node')
  const from = look.path('package.json')
  const said: VersionSource[] = [
    ...(await versionFile(look, '.nvmrc')),
    ...(await versionFile(look, '.node-version')),
    ...(await toolVersions(look, 'nodejs', 'node')),
    ...(volta === undefined ? [] : [{ from, text: volta }]),
    ...(engines === undefined ? [] : [{ from, text: engines, dialect: 'npm' as const }]),
  ].flatMap(byCodename)
  const chosen = chooseVersion(LANGUAGES.node, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const compiled = names.find((name) => COMPILED.includes(name))
  const variant = compiled === undefined ? '-slim' : ''
  // Older images were never made on this Debian.
  const debian = /^\d+$/.test(chosen.version) && Number(chosen.version) >= 20 ? '-bookworm' : ''
  const size = compiled === undefined ? '' : ` The image with compilers, for ${compiled}.`
  return {
    image: `node:${chosen.version}${debian}${variant}`,
    reason: chosen.reason + size,
    from: chosen.from,
  }
}

function byCodename(said: VersionSource): VersionSource[] {
  const text = said.text.trim().toLowerCase()
  // What they mean changes with time; the preferred release is meant by all of them today.
  if (/^(?:lts(?:\/\*)?|node|latest|current|stable|system)$/.test(text)) return []
  const name = /^lts\/([a-z]+)$/.exec(text)?.[1] ?? ''
  const version = Object.hasOwn(CODENAMES, name) ? CODENAMES[name] : undefined
  return [version === undefined ? said : { ...said, text: version }]
}

function bunImage({ version }: Packages): Base {
  if (version === undefined)
    return { image: 'oven/bun:1-debian', reason: 'Bun 1, by its lockfile.', from: null }
  return {
    image: `oven/bun:${version.text}-debian`,
    reason: `${version.from} asks for Bun ${version.text}.`,
    from: version.from,
  }
}

/** Where environments have their folder; what is one folder up is found by Node, and is part of the image. */
const ABOVE = '/workspaces'

function beside(look: ProjectReader, base: Base, { tool, install }: Packages): Reasoned[] {
  const lines: Reasoned[] = [{ text: `FROM ${base.image}`, reason: base.reason, from: base.from }]
  const add = (text: string, reason: string, from: string | null) => lines.push({ text, reason, from })
  add(
    `WORKDIR ${ABOVE}`,
    'The folder above the project: Node looks for packages there too, and the project itself stays as it is.',
    null,
  )
  if (tool) add(`RUN ${tool.command}`, tool.reason, tool.from)
  const files = ['package.json', ...install.files].map((file) => look.path(file))
  add(
    `COPY ${files.join(' ')} ./`,
    'All that the installation reads: only a change of these makes a new version.',
    look.path('package.json'),
  )
  add(`RUN ${install.command}`, install.reason, install.from)
  add(
    `ENV PATH=${ABOVE}/node_modules/.bin:$PATH`,
    'The programs that the packages bring can be called by name.',
    null,
  )
  return lines
}
