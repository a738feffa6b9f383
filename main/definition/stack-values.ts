import type { ComposeRecord } from '../../shared/definition.ts'
import { isProductError } from '../../shared/errors.ts'
import { type ProjectPaths, pathInGitRoot } from '../files/project-paths.ts'
import { withDotenv, withIncluded } from './compose/load/env-file-scopes.ts'
import { newReadFiles } from './compose/load/request-file.ts'
import { answerFrom } from './compose/read-compose.ts'
import { FOLDER } from './compose/recorded-stack.ts'
import { newNotes } from './compose/variables/notes.ts'
import { Scope } from './compose/variables/scope.ts'
import { composeName } from './devcontainer/compose-files.ts'
import type { VersionFiles } from './version-files.ts'

/** The value of a text with variables; undefined where it has none. */
export type ValueOf = (text: string) => string | undefined

/**
 * What the texts that a plan records of Compose files are today, with the file `.env`. `resources`: what the plan records of
 * the stack; `texts`: where the texts of services stand. `files`: those of an earlier version, which it has as it had them.
 */
export async function stackValues(
  env: Readonly<Record<string, string | undefined>>,
  project: ProjectPaths,
  { texts, resources }: { texts: unknown; resources: ComposeRecord },
  files?: VersionFiles,
): Promise<ValueOf> {
  const { name, [FOLDER]: folder } = resources
  const own = {
    COMPOSE_PROJECT_NAME: typeof name === 'string' ? name : composeName(project),
    PWD: project.path,
  }
  const outer = new Scope({ notes: newNotes(), own, computer: env })
  const read = newReadFiles(pathInGitRoot(project))
  const base = typeof folder === 'string' ? folder : '.'
  const reading = function* () {
    return yield* withIncluded([texts, resources], yield* withDotenv(base, outer, read), read)
  }
  const scope = await known(() => answerFrom(project, reading(), files && ((file) => files.kept(file))))
  const place = { source: { file: '.env', base }, line: 1, column: 1 }
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
