import { isProductError } from '../../../shared/errors.ts'
import { type ProjectPaths, pathInGitRoot } from '../../files/project-paths.ts'
import { withDotenv } from './load/load-files.ts'
import { newReadFiles } from './load/request-file.ts'
import { answerFrom, type ComposeOptions } from './read-compose.ts'
import { newNotes, Scope } from './variables/scope.ts'

/**
 * Returns a function that replaces the variables of a text which a plan records of Compose files by what they are today,
 * with the file `.env` of `folder`; undefined where that cannot be done.
 */
export async function currentValues(
  project: ProjectPaths,
  { env, name, folder }: Pick<ComposeOptions, 'env' | 'name'> & { folder: string },
): Promise<(text: string) => string | undefined> {
  const own = { COMPOSE_PROJECT_NAME: name, PWD: project.path }
  const outer = new Scope({ notes: newNotes(), own, computer: env })
  const read = newReadFiles(pathInGitRoot(project))
  const scope = await known(() => answerFrom(project, withDotenv(folder, outer, read)))
  const place = { source: { file: '.env', base: folder }, line: 1, column: 1 }
  return (text) => {
    try {
      return scope?.text(text, place).value
    } catch (error) {
      if (isProductError(error)) return undefined
      throw error
    }
  }
}

async function known<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isProductError(error)) return undefined
    throw error
  }
}
