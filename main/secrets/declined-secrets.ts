import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

const DeclinedSecrets = z.array(z.string())

const fileOf = (home: Home, key: ProjectKey) => path.join(home.project(key), 'secrets-left-out.json')

/** The names of the secrets that a person was asked for and skipped; they are not asked for again. */
export async function readDeclinedSecrets(home: Home, key: ProjectKey): Promise<string[]> {
  try {
    return DeclinedSecrets.parse(JSON.parse(await readFile(fileOf(home, key), 'utf8')))
  } catch {
    return []
  }
}

/** Errors: `storage-failed`. */
export async function addDeclinedSecret(home: Home, key: ProjectKey, name: string): Promise<void> {
  const names = new Set([...(await readDeclinedSecrets(home, key)), name])
  await writeFileWhole(fileOf(home, key), `${JSON.stringify([...names].sort())}\n`)
}
