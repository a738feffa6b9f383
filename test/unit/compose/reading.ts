import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { FileAnswer, Reading } from '../../../main/definition/compose/load/reading.ts'
import type { Place } from '../../../main/definition/compose/yaml/node.ts'

type Files = Readonly<Record<string, string>>

/** The texts of all files in a folder, by their paths from there. */
export const filesIn = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const full = path.join(entry.parentPath, entry.name)
        const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(full))
        return [path.relative(folder, full).replaceAll('\\', '/'), text]
      }),
  )

/** Where files are named in a test. */
const PLACE: Place = { source: { file: 'devcontainer.json', base: '.' }, line: 1, column: 1 }

/** Carries out a reading over files that are texts. */
export function run<T>(files: Files, reading: (place: Place) => Reading<T>): T {
  const steps = reading(PLACE)
  let step = steps.next()
  while (!step.done) step = steps.next(answer(files, path.posix.normalize(step.value.file)))
  return step.value
}

function answer(files: Files, file: string): FileAnswer {
  const text = Object.hasOwn(files, file) ? files[file] : undefined
  return text === undefined ? { kind: 'absent' } : { kind: 'text', text }
}
