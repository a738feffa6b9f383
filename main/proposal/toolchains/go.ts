import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import { commandIn, type Draft, forwardPorts, inputs, type Port, setting } from '../draft/draft.ts'
import { portIn } from '../draft/parse-port.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions } from '../draft/tool-versions.ts'

/** Recognises Go by a go.mod: https://go.dev/ref/mod#go-mod-file */
export async function go(look: ProjectReader): Promise<Draft | undefined> {
  if (!look.has('go.mod')) return undefined
  const from = look.path('go.mod')
  const text = (await look.text('go.mod')) ?? ''
  const toolchain = /^toolchain go(\S+)\s*$/m.exec(text)?.[1]
  const least = /^go (\S+)\s*$/m.exec(text)?.[1]
  const said: VersionSource[] = [
    ...(await toolVersions(look, 'golang', 'go')),
    ...(toolchain === undefined ? [] : [{ from, text: toolchain }]),
    ...(least === undefined ? [] : [{ from, text: `>=${least}`, dialect: 'npm' as const }]),
  ]
  const chosen = chooseVersion(LANGUAGES.go, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const dependencies = [...text.matchAll(/^(?:require )?[ \t]*([\w.-]+\.[a-z]+\/\S+) v\S+/gm)].map(
    ([, name = '']) => ({
      name,
      file: from,
    }),
  )
  const vendored = look.has('vendor/modules.txt')
  const download =
    dependencies.length === 0 || vendored
      ? []
      : [
          setting(
            'onCreateCommand',
            commandIn(look.at, 'go mod download'),
            'Fetches the modules that go.mod and go.sum name. They become part of the image.',
            from,
          ),
          ...inputs(look, ['go.mod', 'go.sum'], 'it names the modules.'),
        ]
  return {
    stack: 'Go',
    from,
    base: { image: `golang:${chosen.version}`, because: chosen },
    settings: [...download, ...forwardPorts(await portOf(look))],
    dependencies,
  }
}

async function portOf(look: ProjectReader): Promise<Port | undefined> {
  for (const file of look.matching(/^(?:cmd\/[^/]+\/)?main\.go$/)) {
    const found = /(?:ListenAndServe(?:TLS)?|\.Run|\.Start|\.Listen)\(\s*"[\w.]*:(\d{2,5})"/.exec(
      (await look.text(file)) ?? '',
    )
    const port = portIn(found?.[1])
    if (port) return { port, reason: `${look.path(file)} serves there.`, from: look.path(file) }
  }
  return undefined
}
