import type { FileChange, PackageChange } from '../../../shared/drift.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printNote } from '../output.ts'
import type { Session } from '../session.ts'
import { count } from '../wording.ts'

/** What `drift --check` ends with when there is drift. */
const MISMATCH = 8
/** Of each group up to this many are shown. */
const MAX_SHOWN = 40

/** `pristine drift`: what the environment holds that its image does not, and how to keep it. */
export async function drift(session: Session, options: { check?: boolean }): Promise<number> {
  const report = await session.engine.drift(session.folder, session.run)
  session.settle()
  const { packages, configuration, files, changes, dotfiles } = report.drift
  const exitCode = options.check && changes > 0 ? MISMATCH : 0
  if (session.json) {
    printJson(report)
    return exitCode
  }
  if (dotfiles > 0) printNote(`${count(dotfiles, 'path')} of your dotfiles not counted.`)
  if (changes === 0) {
    printLine('No drift: the environment holds what its image holds.')
    return exitCode
  }
  printLine(colour('bold', `Drifted · ${count(changes, 'change')}`))
  printGroup('Packages', packages.map(describePackage))
  printGroup('Configuration', configuration.map(describeFile))
  printGroup('Other files', files.map(describeFile))
  printLine()
  printLine('To keep it, change the definition:')
  for (const line of report.change) printLine(`  ${line}`)
  printLine('To lose it, run "pristine reset --to current".')
  return exitCode
}

function printGroup(name: string, lines: string[]): void {
  if (lines.length === 0) return
  printLine(colour('bold', name))
  for (const line of lines.slice(0, MAX_SHOWN)) printLine(`  ${line}`)
  if (lines.length > MAX_SHOWN) printLine(`  and ${lines.length - MAX_SHOWN} more (all of them with --json)`)
}

/** "tree 2.1.0-1 installed (dpkg)" */
function describePackage({ database, name, from, to }: PackageChange): string {
  if (from === null) return `${name} ${to} installed (${database})`
  if (to === null) return `${name} ${from} removed (${database})`
  return `${name} ${from} -> ${to} (${database})`
}

/** "added /opt/tool (312 files)" */
function describeFile({ path, kind, count: files }: FileChange): string {
  return `${kind} ${sanitize(path)}${files === undefined ? '' : ` (${count(files, 'file')})`}`
}
