import path from 'node:path'
import type { CleanReport } from '../../../shared/version.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { count, describeBytes } from '../wording.ts'

/** `pristine clean`: lists the old versions that would be removed, and with `--yes` removes them. */
export async function clean(
  session: Session,
  options: { yes?: boolean },
  [given = '']: string[],
): Promise<number> {
  const { engine, definition, run } = session
  const folder = path.resolve(session.folder, given)
  const report = await engine.clean(folder, { definition, apply: options.yes ?? false }, run)
  session.settle()
  if (session.json) {
    printJson(report)
    return 0
  }
  if (report.versions.length === 0) {
    printLine(
      report.recipes.bytes > 0
        ? `No version to remove: current, known-good and the newest ${report.keep} are kept.`
        : `Nothing to remove: current, known-good and the newest ${report.keep} are kept.`,
    )
    printRecipes(report)
    return 0
  }
  printTable(
    report.versions.map(({ id, ordinal, bytes, rebuildable }) => [
      colour('bold', `v${ordinal}`),
      colour('dim', id.slice(0, 12)),
      describeBytes(bytes),
      rebuildable ? '' : colour('yellow', 'cannot be built again: its recipe is incomplete'),
    ]),
  )
  const what = `${count(report.versions.length, 'version')}, ${describeBytes(report.bytes)}`
  printLine(
    report.removed ? `Removed ${what}.` : `Would remove ${what}. "pristine clean --yes" does it; data stays.`,
  )
  if (report.versions.some(({ rebuildable }) => rebuildable))
    printLine('"pristine reset --to" builds a removed version again from its recipe.')
  printRecipes(report)
  return 0
}

/** What the data folder holds that nothing needs: there may be contents without a recipe. */
function printRecipes({ recipes: { count: number, bytes }, removed }: CleanReport): void {
  if (number === 0 && bytes === 0) return
  const what = `${count(number, 'recipe')} that no project needs, ${describeBytes(bytes)}`
  printLine(removed ? `Removed ${what}.` : `Would remove ${what}. "pristine clean --yes" does it.`)
}
