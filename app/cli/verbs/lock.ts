import { productError } from '../../../shared/errors.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { describeChange } from '../wording.ts'

/** `pristine lock`: writes the lock; `--check` only compares; `--update` moves pins. */
export async function lock(
  session: Session,
  options: { check?: boolean; update?: true | string[] },
): Promise<number> {
  const { engine, folder, definition, run } = session
  if (options.check && options.update !== undefined)
    throw productError('usage', {
      problem: '--check only compares, and --update moves pins: give one of them.',
    })
  if (options.check) {
    const file = await engine.checkLock(folder, definition, run)
    session.settle()
    if (session.json) printJson({ file, matches: true })
    else printLine(`${file} pins everything that the definition uses.`)
    return 0
  }
  const report = await engine.lock(folder, { definition, update: options.update }, run)
  session.settle()
  if (session.json) {
    printJson(report)
    return 0
  }
  for (const reference of report.added) printLine(`${report.file}: pinned ${reference}`)
  for (const reference of report.removed) printLine(`${report.file}: dropped ${reference}`)
  for (const change of report.moved) printLine(`${report.file}: ${describeChange(change)}`)
  if (report.added.length + report.removed.length + report.moved.length === 0)
    printLine(`${report.file} is up to date.`)
  return 0
}

/** `pristine outdated`: every pin beside what it points at today. */
export async function outdated(session: Session): Promise<number> {
  const { engine, folder, definition, run } = session
  const pins = await engine.outdated(folder, definition, run)
  session.settle()
  if (session.json) printJson({ pins })
  else if (pins.length === 0) printLine('The definition uses no external reference.')
  else {
    printTable(
      pins.map((pin) => [
        pin.outdated ? colour('yellow', '●') : colour('green', '✓'),
        pin.reference,
        pin.outdated ? `${digits(pin.locked)} -> ${digits(pin.latest)}` : digits(pin.locked),
      ]),
    )
    if (pins.some((pin) => pin.outdated)) printLine('Move them with "pristine lock --update [REFERENCE]".')
  }
  return 0
}

const digits = (pin: string) => (pin.split('sha256:')[1] ?? pin).slice(0, 12)
