import type { DriftReport, FileChange, PackageChange } from '../../../shared/drift.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printNote } from '../output.ts'
import type { Session } from '../session.ts'
import { count } from '../wording.ts'

/** What `drift --check` ends with when there is drift. */
const MISMATCH = 8
/** Of each group up to this many are shown. */
const MAX_SHOWN = 40

/** `pristine drift`: what the environment holds that its image does not, and how to keep it. */
export async function drift(
  session: Session,
  { check, service }: { check?: boolean; service?: string },
): Promise<number> {
  const { signal } = session.run
  const report = await session.engine.drift(session.folder, { signal, service })
  session.settle()
  const { changes, dotfiles } = report.drift
  const exitCode = check && changes > 0 ? MISMATCH : 0
  if (session.json) {
    printJson(report)
    return exitCode
  }
  if (dotfiles > 0) printNote(`${count(dotfiles, 'path')} of your dotfiles not counted.`)
  if (changes === 0) {
    printLine(`No drift: ${describeWhole(report, service)}.`)
    return exitCode
  }
  printLine(colour('bold', `Drifted · ${count(changes, 'change')}`))
  const several = report.services.length > 0
  const drifted = several ? report.services.filter((one) => one.drift.changes > 0) : [report]
  for (const one of drifted) {
    const of = 'service' in one ? `${sanitize(one.service)}: ` : ''
    printGroup(`${of}Packages`, one.drift.packages.map(describePackage))
    printGroup(`${of}Configuration`, one.drift.configuration.map(describeFile))
    printGroup(`${of}Other files`, one.drift.files.map(describeFile))
  }
  printLine()
  for (const one of drifted) {
    const image = 'service' in one ? ` of ${sanitize(one.service)}` : ''
    printLine(`To keep it, change the definition${image}:`)
    for (const line of one.change) printLine(`  ${line}`)
  }
  printLine('To lose it, run "pristine reset --to current".')
  return exitCode
}

function describeWhole({ services }: DriftReport, service: string | undefined): string {
  if (service !== undefined) return `${sanitize(service)} holds what its image holds`
  return services.length > 1
    ? 'the services hold what their images hold'
    : 'the environment holds what its image holds'
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
