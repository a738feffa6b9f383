import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import { commandIn, type Draft, forwardPorts, inputs, type Port, setting } from '../draft/draft.ts'
import { portIn } from '../draft/parse-port.ts'
import { textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions } from '../draft/tool-versions.ts'
import { elements } from '../draft/xml-elements.ts'

/** So many project files are read. */
const MAX = 50

/** Recognises .NET by a solution, or by project files near the top. */
export async function dotnet(look: ProjectReader): Promise<Draft | undefined> {
  const projects = look.matching(/^(?:[^/]+\/){0,2}[^/]+\.(?:cs|fs|vb)proj$/).slice(0, MAX)
  const [mark] = [...look.matching(/^[^/]+\.slnx?$/), ...projects]
  if (mark === undefined || (look.at !== '' && mark.includes('/'))) return undefined
  const texts = await Promise.all(
    projects.map(async (file) => ({ file, text: (await look.text(file)) ?? '' })),
  )
  const chosen = chooseVersion(LANGUAGES.dotnet, await versions(look, texts))
  for (const warning of chosen.warnings) look.warn(warning)
  const dependencies = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/<PackageReference\s[^>]{0,200}?Include="([\w.-]+)"/g)].map(([, name = '']) => ({
      name,
      file: look.path(file),
    })),
  )
  const locked = look.matching(/(?:^|\/)packages\.lock\.json$/).length > 0
  const restore = setting(
    'onCreateCommand',
    commandIn(look.at, locked ? 'dotnet restore --locked-mode' : 'dotnet restore'),
    'Fetches the packages that the projects name. They become part of the image.',
    look.path(mark),
  )
  const read = inputs(
    look,
    [
      '**/*.*proj',
      '**/packages.lock.json',
      'Directory.Build.props',
      'Directory.Packages.props',
      'global.json',
    ],
    'they name the packages.',
  )
  return {
    stack: '.NET',
    from: look.path(mark),
    base: { image: `mcr.microsoft.com/dotnet/sdk:${chosen.version}`, because: chosen },
    settings: [restore, ...read, ...forwardPorts(await portOf(look))],
    dependencies,
  }
}

/** https://learn.microsoft.com/dotnet/core/tools/global-json: without a rule it takes later patches of one hundred only. */
async function versions(
  look: ProjectReader,
  projects: { file: string; text: string }[],
): Promise<VersionSource[]> {
  const global = await look.json('global.json')
  const version = textAt(global, 'sdk', 'version')
  const rolls = /^latest(?:Feature|Minor|Major)$|^(?:feature|minor|major)$/i.test(
    textAt(global, 'sdk', 'rollForward') ?? '',
  )
  const asked = version !== undefined && rolls ? version.split('.').slice(0, 2).join('.') : version
  const targets = projects.flatMap(({ file, text }) =>
    [...elements(text, 'TargetFramework'), ...elements(text, 'TargetFrameworks')].flatMap((names) =>
      [...names.matchAll(/\bnet(\d+\.\d+)\b/g)].map(([, number = '']) => ({
        from: look.path(file),
        text: number,
      })),
    ),
  )
  const newest = targets.sort((a, b) => Number(b.text) - Number(a.text))[0]
  return [
    ...(asked === undefined ? [] : [{ from: look.path('global.json'), text: asked }]),
    ...(await toolVersions(look, 'dotnet', 'dotnet-core')),
    ...(newest === undefined ? [] : [newest]),
  ]
}

async function portOf(look: ProjectReader): Promise<Port | undefined> {
  for (const file of look.matching(/(?:^|\/)Properties\/launchSettings\.json$/)) {
    const text = (await look.text(file)) ?? ''
    const port = portIn(/"applicationUrl"\s*:\s*"[^"]*?http:\/\/[\w.*+-]+:(\d{2,5})/.exec(text)?.[1])
    if (port) {
      const how = `It listens on localhost only unless told otherwise: "dotnet run --urls http://0.0.0.0:${port}".`
      return { port, reason: `${look.path(file)} serves there. ${how}`, from: look.path(file) }
    }
  }
  return undefined
}
