import { productError } from '../../../shared/errors.ts'
import type { LockCheck } from '../../../shared/lock.ts'
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
    const check = await engine.checkLock(folder, definition, run)
    session.settle()
    if (session.json) printJson({ ...check, matches: true })
    else printLine(describeCheck(check))
    return 0
  }
  const report = await engine.lock(folder, { definition, update: options.update }, run)
  session.settle()
  if (session.json) {
    printJson(report)
    return 0
  }
  for (const reference of report.added)
    printLine(
      report.builtin?.includes(reference)
        ? `${report.file}: the engine's own frontend for ${reference}`
        : `${report.file}: pinned ${reference}`,
    )
  for (const reference of report.removed) printLine(`${report.file}: dropped ${reference}`)
  for (const change of report.moved) printLine(`${report.file}: ${describeChange(change, session)}`)
  if (report.added.length + report.removed.length + report.moved.length === 0)
    printLine(`${report.file} is up to date.`)
  return 0
}

function describeCheck({ file, exists, byHand }: LockCheck): string {
  if (exists) return `${file} pins everything that the definition uses.`
  return byHand.length > 0
    ? `There is nothing to pin and no ${file}: the definition writes its images with their digests.`
    : `There is nothing to pin and no ${file}: the definition uses no external reference.`
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
        [
          pin.latest !== null && pin.outdated
            ? `${digits(pin.locked)} -> ${digits(pin.latest)}`
            : digits(pin.locked),
          ...(pin.by === 'definition' ? ['pinned by hand, in the definition'] : []),
        ].join('  '),
      ]),
    )
    if (pins.some((pin) => pin.outdated && pin.by === 'lock'))
      printLine('Move them with "pristine lock --update [REFERENCE]".')
    if (pins.some((pin) => pin.outdated && pin.by === 'definition'))
      printLine('Change a digest that is written in the definition there.')
  }
  return 0
}

const digits = (pin: string) => (pin.split('sha256:')[1] ?? pin).slice(0, 12)
