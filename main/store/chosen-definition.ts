import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Home } from './home.ts'
import { writeFileWhole } from './write-file.ts'

const fileOf = (home: Home, key: ProjectKey): string => path.join(home.project(key), 'definition')

/** Which of a project's definitions was brought up last by a choice of the person's; undefined when none was. */
export async function chosenDefinition(home: Home, key: ProjectKey): Promise<string | undefined> {
  return (await readFile(fileOf(home, key), 'utf8').catch(() => '')) || undefined
}

/** Remembers a choice: the definition's file, relative to the project. Errors: `storage-failed`. */
export async function rememberDefinition(home: Home, key: ProjectKey, file: string): Promise<void> {
  if ((await chosenDefinition(home, key)) !== file) await writeFileWhole(fileOf(home, key), file)
}
