import { stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'

/** Where the built page is: beside the sources, or beside the built command line. Errors: `usage` when it is not built. */
export async function pageFolder(): Promise<string> {
  for (const place of ['../../dist/renderer', '../renderer']) {
    const folder = path.join(import.meta.dirname, place)
    if (await stat(path.join(folder, 'index.html')).catch(() => undefined)) return folder
  }
  throw productError('usage', {
    problem: 'The page is not built.',
    hint: 'Run "npm run build:renderer" first.',
  })
}
