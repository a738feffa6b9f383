import { stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'

/** The code of a checkout is TypeScript; the shipped code is bundled as JavaScript. */
const inCheckout = import.meta.filename.endsWith('.ts')

/**
 * The folder of the built page. A checkout builds it first where it is missing or older than its sources; the shipped
 * command line has it beside itself, and builds nothing.
 * Errors: `page-not-built`, and those of `buildPage`.
 */
export async function pageFolder(run: Run): Promise<string> {
  if (inCheckout) {
    const { buildPage } = await import('../checkout/build-page.ts')
    return buildPage(path.join(import.meta.dirname, '../..'), run)
  }
  const folder = path.join(import.meta.dirname, '../renderer')
  if (await stat(path.join(folder, 'index.html')).catch(() => undefined)) return folder
  throw productError('page-not-built', { folder })
}
