import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import { commandIn, type Draft, inputs, setting } from '../draft/draft.ts'
import { keysAt, textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions } from '../draft/tool-versions.ts'

/** Recognises Rust by a Cargo.toml: https://doc.rust-lang.org/cargo/reference/manifest.html */
export async function rust(look: ProjectReader): Promise<Draft | undefined> {
  if (!look.has('Cargo.toml')) return undefined
  const from = look.path('Cargo.toml')
  const manifest = await look.toml('Cargo.toml')
  const least =
    textAt(manifest, 'package', 'rust-version') ?? textAt(manifest, 'workspace', 'package', 'rust-version')
  const said: VersionSource[] = [
    ...(await toolchain(look)),
    ...(await toolVersions(look, 'rust')),
    ...(least === undefined ? [] : [{ from, text: `>=${least}`, dialect: 'npm' as const }]),
  ]
  const chosen = chooseVersion(LANGUAGES.rust, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const names = ['dependencies', 'dev-dependencies'].flatMap((group) => [
    ...keysAt(manifest, group),
    ...keysAt(manifest, 'workspace', group),
  ])
  const locked = look.has('Cargo.lock')
  if (!locked) look.warn(`There is no ${look.path('Cargo.lock')}: two builds of the same commit may differ.`)
  const fetch = setting(
    'onCreateCommand',
    commandIn(look.at, locked ? 'cargo fetch --locked' : 'cargo fetch'),
    `Fetches the packages that ${locked ? 'Cargo.lock' : 'Cargo.toml'} names. They become part of the image.`,
    look.path(locked ? 'Cargo.lock' : 'Cargo.toml'),
  )
  return {
    stack: 'Rust',
    from,
    base: { image: `rust:${chosen.version}-bookworm`, because: chosen },
    settings: [fetch, ...inputs(look, ['Cargo.toml', 'Cargo.lock'], 'it names the packages.')],
    dependencies: names.map((name) => ({ name, file: from })),
  }
}

/** https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file */
async function toolchain(look: ProjectReader): Promise<VersionSource[]> {
  const file = look.first('rust-toolchain.toml', 'rust-toolchain')
  if (file === undefined) return []
  const written = (await look.text(file)) ?? ''
  // The older of the two files may hold a channel's name and nothing else.
  const bare = /^\s*([\w.-]+)\s*$/.exec(written)?.[1]
  const channel =
    file === 'rust-toolchain' && bare ? bare : textAt(await look.toml(file), 'toolchain', 'channel')
  if (channel === undefined || channel === 'stable') return []
  if (/^(?:nightly|beta)/.test(channel)) {
    look.warn(
      `${look.path(file)} asks for Rust "${channel.slice(0, 40)}": rustup fetches it when the version is built` +
        `${/\d{4}-\d\d-\d\d/.test(channel) ? '' : ', and what that is changes from day to day'}.`,
    )
    return []
  }
  return [{ from: look.path(file), text: channel }]
}
