import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import { commandIn, type Draft, forwardPorts, inputs, type Port, setting } from '../draft/draft.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions, versionFile } from '../draft/tool-versions.ts'

/** Recognises Ruby by a Gemfile. */
export async function ruby(look: ProjectReader): Promise<Draft | undefined> {
  if (!look.has('Gemfile')) return undefined
  const from = look.path('Gemfile')
  const text = (await look.text('Gemfile')) ?? ''
  const written = [...(/^[ \t]*ruby[ \t]+(.*)$/m.exec(text)?.[1]?.matchAll(/["']([^"']*)["']/g) ?? [])]
    .map(([, part = '']) => part)
    .filter((part) => /\d/.test(part))
  const asked = written.join(', ')
  const said: VersionSource[] = [
    ...(await versionFile(look, '.ruby-version')).map((one) => ({
      ...one,
      text: one.text.replace(/^ruby-/, ''),
    })),
    ...(await toolVersions(look, 'ruby')),
    ...(asked === ''
      ? []
      : [/^[\d.]+$/.test(asked) ? { from, text: asked } : { from, text: asked, dialect: 'gem' as const }]),
  ]
  const chosen = chooseVersion(LANGUAGES.ruby, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const gems = [...text.matchAll(/^[ \t]*gem[ \t]+["']([\w.-]+)["']/gm)].map(([, name = '']) => ({
    name,
    file: from,
  }))
  const locked = look.has('Gemfile.lock')
  if (!locked) look.warn(`There is no ${look.path('Gemfile.lock')}: the first start writes it; commit it.`)
  const install = setting(
    'onCreateCommand',
    commandIn(look.at, locked ? 'BUNDLE_FROZEN=true bundle install' : 'bundle install'),
    `Installs the gems that ${locked ? 'Gemfile.lock' : 'Gemfile'} names. They become part of the image.`,
    look.path(locked ? 'Gemfile.lock' : 'Gemfile'),
  )
  const image = {
    image: `ruby:${chosen.version}${chosen.exact ? '' : '-bookworm'}`,
    because: {
      reason: `${chosen.reason} The image with compilers: gems are often compiled.`,
      from: chosen.from,
    },
  }
  return {
    stack: 'Ruby',
    from,
    base: image,
    settings: [
      install,
      ...inputs(look, ['Gemfile', 'Gemfile.lock'], 'it names the gems.'),
      ...forwardPorts(portOf(gems)),
    ],
    dependencies: gems,
  }
}

function portOf(gems: Draft['dependencies']): Port | undefined {
  const rails = gems.find(({ name }) => name === 'rails')
  if (rails) {
    const how = 'It listens on localhost only unless told otherwise: "rails server -b 0.0.0.0".'
    return { port: 3000, reason: `Where Rails serves while developing. ${how}`, from: rails.file }
  }
  const sinatra = gems.find(({ name }) => name === 'sinatra')
  if (!sinatra) return undefined
  const how = 'It listens on localhost only unless told otherwise: "-o 0.0.0.0".'
  return { port: 4567, reason: `Where Sinatra serves while developing. ${how}`, from: sinatra.file }
}
