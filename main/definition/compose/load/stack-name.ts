import type { Scope } from '../variables/scope.ts'
import { member } from '../yaml/node.ts'
import type { NamedFile } from './load-files.ts'
import type { Reading } from './reading.ts'
import { documentsOf, type ReadFiles, requestFile } from './request-file.ts'

/**
 * The name that a project gives its stack, in its file `.env` or else in the last of its Compose files that says one;
 * undefined where none does. `base`: as of `loadFiles`. Errors: definition-invalid, variable-missing.
 */
export function* nameOfStack(
  files: readonly NamedFile[],
  base: string,
  scope: Scope,
  read: ReadFiles,
): Reading<string | undefined> {
  let name = undefined as string | undefined
  for (const { file, key, place, shown } of files) {
    const text = yield* requestFile(read, key, file, place, { shown })
    const source = { file: file.replace(/^\.\//, ''), base }
    for (const document of documentsOf(read, source, text ?? '')) {
      const node = member(document, 'name')
      if (node?.kind !== 'scalar' || typeof node.value !== 'string') continue
      name = scope.fixedText(node.value, node.place, 'text').value || name
    }
  }
  const given = scope.ofProject('COMPOSE_PROJECT_NAME') || name
  return given === undefined ? undefined : plainName(given) || undefined
}

/** A name in the form that Compose gives it. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
