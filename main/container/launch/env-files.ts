import path from 'node:path'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { VersionFiles } from '../../definition/version-files.ts'
import { type ProjectPaths, pathFromProject } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'

/**
 * The variables of `--env-file` files, in the format of `docker run`; of a name that comes twice the last value counts.
 * `files`: absolute paths, which must lie in the project. `older`: those of an earlier version. Errors: `env-file-unusable`.
 */
export async function readEnvFiles(
  project: ProjectPaths,
  files: readonly string[],
  older?: Pick<VersionFiles, 'kept'>,
): Promise<Record<string, string>> {
  const found: [string, string][] = []
  for (const file of files) found.push(...parseEnvFile(await textOf(project, file, older), file))
  return Object.fromEntries(found)
}

async function textOf(
  project: ProjectPaths,
  file: string,
  older: Pick<VersionFiles, 'kept'> | undefined,
): Promise<string> {
  const name = pathFromProject(project, file)
  const kept = name === undefined ? undefined : older?.kept(name)
  if (kept instanceof Buffer) return kept.toString('utf8')
  try {
    return await readText(project, path.relative(project.path, file))
  } catch (error) {
    if (!isProductError(error, 'definition-invalid')) throw error
    throw productError('env-file-unusable', { file, problem: error.why }, { cause: error })
  }
}

/**
 * One variable a line, `NAME=value`, taken as it is; `#` begins a comment. A name alone, which docker fills in from the
 * environment of this computer, is refused: nobody would see which variables a file asks for.
 * Error: `env-file-unusable`.
 */
export function parseEnvFile(text: string, file: string): [name: string, value: string][] {
  return text.split('\n').flatMap((written, at): [string, string][] => {
    const line = written.replace(/\r$/, '').trimStart()
    if (line === '' || line.startsWith('#')) return []
    const equals = line.indexOf('=')
    const name = equals < 0 ? line : line.slice(0, equals)
    const fail = (problem: string) => productError('env-file-unusable', { file, line: at + 1, problem })
    if (name === '' || /[\s\0]/.test(name) || line.includes('\0')) throw fail('the line is not NAME=value')
    if (equals < 0) throw fail(`${name} has no value`)
    return [[name, line.slice(equals + 1)]]
  })
}
