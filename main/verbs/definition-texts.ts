import type { Definition } from '../../shared/definition.ts'
import type { DefinitionText } from '../../shared/project.ts'
import { type ReadService, readProject, wholeContextWarning } from '../definition/read-project.ts'
import { readText } from '../files/read-text.ts'
import { throughLinksInFiles } from '../git/symlinks-as-files.ts'
import { lockPath, lockText, readLock } from '../lock/lock-file.ts'
import type { Project } from '../store/open-project.ts'

/**
 * A project's definition and lock, as written in the files. Contacts no registry and no engine.
 * Errors: those of the definition and of a lock that cannot be read.
 */
export async function definitionTexts(
  project: Project,
  env: Record<string, string | undefined>,
): Promise<DefinitionText> {
  const { definition, services } = await readProject(env, project, undefined)
  const names = [definition.file, ...composeFilesOf(definition), ...services.flatMap(dockerfileOf)]
  const files = await Promise.all(
    [...new Set(names)].map(async (file) => ({
      file,
      text: await readText(project, await throughLinksInFiles(project, file)),
    })),
  )
  const lockFile = lockPath(definition.file)
  const lock = await readLock(project, lockFile)
  const warnings = [...definition.warnings, ...services.flatMap(wholeContextWarning)]
  return {
    file: definition.file,
    files,
    lock: { file: lockFile, text: lock ? lockText(lock) : null },
    pins: [
      ...Object.entries(lock?.images ?? {}).map(([reference, { resolved }]) => ({ reference, resolved })),
      ...Object.entries(lock?.downloads ?? {}).map(([reference, { integrity }]) => ({
        reference,
        resolved: integrity,
      })),
      ...Object.entries(lock?.features ?? {}).map(([reference, { resolved, version }]) => ({
        reference,
        resolved,
        ...(version !== undefined && { version }),
      })),
    ],
    warnings: warnings.map(({ message }) => message),
  }
}

/** Without files of values, because they may be secret. */
const composeFilesOf = ({ stack }: Definition): string[] =>
  (stack?.files ?? []).filter((file) => !stack?.valueFiles.includes(file))

const dockerfileOf = ({ service }: ReadService): string[] =>
  service.source.kind === 'build' ? [service.source.dockerfile] : []
