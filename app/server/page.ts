import { stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'

/** Where the built page is: beside the sources, or beside the built command line. Errors: `page-not-built`. */
export async function pageFolder(): Promise<string> {
  const places = ['../../dist/renderer', '../renderer'].map((place) => path.join(import.meta.dirname, place))
  for (const folder of places) {
    if (await stat(path.join(folder, 'index.html')).catch(() => undefined)) return folder
  }
  throw productError('page-not-built', { looked: places })
}
