import { isProductError } from '../../../shared/errors.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import { parseJsonc } from './document/jsonc.ts'
import { DevcontainerJson } from './document/schema.ts'
import { validate } from './document/validate.ts'

/** What a definition says to other tools only. It decides nothing of a version and of how its container is run. */
const FOR_TOOLS = [
  'customizations',
  'portsAttributes',
  'otherPortsAttributes',
  'waitFor',
  'shutdownAction',
  'updateRemoteUserUID',
  'hostRequirements',
] as const

export type ToolSettings = Pick<DevcontainerJson, (typeof FOR_TOOLS)[number]>

/**
 * What a definition's file says to other tools, as it is now; `file` is relative to the project's folder. Where the file is
 * gone, cannot be read or is no devcontainer.json, `otherwise` counts, or else nothing: a version is started without it.
 */
export async function readToolSettings(
  project: ProjectPaths,
  file: string,
  otherwise: () => Promise<ToolSettings> = async () => ({}),
): Promise<ToolSettings> {
  try {
    const document = parseJsonc(file, await readText(project, await throughLinksInFiles(project, file)))
    return toolSettings(validate(DevcontainerJson, document.value, document))
  } catch (error) {
    if (isProductError(error)) return otherwise()
    throw error
  }
}

/** The same of a definition that was read. */
function toolSettings(json: DevcontainerJson): ToolSettings {
  const said = FOR_TOOLS.filter((key) => json[key] !== undefined).map((key) => [key, json[key]])
  const customizations = withOlderKeys(json)
  return { ...Object.fromEntries(said), ...(customizations && { customizations }) }
}

/** Files from before the specification have the settings of VS Code at the top, where those of its own place come first. */
function withOlderKeys(json: DevcontainerJson): DevcontainerJson['customizations'] {
  const { extensions, settings } = json
  const hasOlder = Array.isArray(extensions) || isObject(settings)
  if (!hasOlder) return json.customizations
  const vscode = isObject(json.customizations?.['vscode']) ? json.customizations['vscode'] : {}
  const own = Array.isArray(vscode['extensions']) ? vscode['extensions'] : []
  return {
    ...json.customizations,
    vscode: {
      ...vscode,
      ...(Array.isArray(extensions) && { extensions: [...own, ...extensions] }),
      ...(isObject(settings) && {
        settings: { ...settings, ...(isObject(vscode['settings']) && vscode['settings']) },
      }),
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
