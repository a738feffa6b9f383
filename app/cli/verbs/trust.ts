import path from 'node:path'
import { describeLeftOut } from '../../../shared/clone.ts'
import { productError } from '../../../shared/errors.ts'
import { clean } from '../../../shared/sanitize.ts'
import {
  type Capability,
  describeCapability,
  describeChanged,
  type TrustSheet,
} from '../../../shared/trust.ts'
import { colour, printJson, printLine } from '../output.ts'
import { granted } from '../prompt.ts'
import type { Session } from '../session.ts'

/**
 * `pristine trust`: shows what the definition reaches on this computer, and on a terminal grants it if the person says so.
 * Where nobody can be asked and something is, it is refused (`not-trusted`).
 */
export async function trust(
  session: Session,
  options: { show?: boolean; revoke?: boolean },
): Promise<number> {
  const { engine, folder, definition } = session
  if (options.revoke) return show(session, await engine.revokeTrust(folder, definition))
  const sheet = await engine.trust(folder, definition)
  if (options.show || sheet.granted) return show(session, sheet)
  const { fingerprint, anyFiles, changedFiles, asked, origin } = sheet
  const name = path.basename(path.resolve(folder))
  if (!session.asks) {
    const leftOut = await engine.leftOut(folder)
    throw productError('not-trusted', {
      name,
      fingerprint,
      anyFiles,
      changedFiles,
      asked,
      origin,
      leftOut,
      other: null,
    })
  }
  await show(session, sheet)
  const given = await granted(session, 'Grant what is asked?', sheet)
  if (given === undefined) {
    printLine('Nothing was granted.')
    return 7
  }
  await engine.grantTrust(folder, given, definition)
  printLine('Granted. "pristine trust --revoke" takes it back.')
  return 0
}

async function show(session: Session, sheet: TrustSheet): Promise<number> {
  const leftOut = await session.engine.leftOut(session.folder)
  session.settle()
  if (session.json) {
    printJson({ trust: sheet, leftOut })
    return 0
  }
  const { capabilities, beyond, asked, origin, remote, fingerprint, anyFiles, changedFiles } = sheet
  const isAsked = (one: Capability) => asked.includes(one)
  const line = (one: Capability) =>
    `  ${isAsked(one) ? colour('yellow', 'asked  ') : colour('green', 'granted')}  ${describeCapability(one)}`
  if (origin === 'clone') printLine('A clone that Pristine made: nothing of it starts before it is granted.')
  if (remote !== null) printLine(`Remote: ${clean(remote)}`)
  printLine('Everyday:')
  for (const one of capabilities) if (!beyond.includes(one)) printLine(line(one))
  if (beyond.length > 0) printLine('Beyond it:')
  for (const one of beyond) printLine(line(one))
  const changed = describeChanged(changedFiles)
  if (changed !== undefined) printLine(changed)
  if (leftOut) printLine(`Fetched once it is trusted: ${describeLeftOut(leftOut)}`)
  printLine(`Fingerprint: ${fingerprint}`)
  if (anyFiles !== null) printLine(`Whatever the project's files say: ${anyFiles}`)
  return 0
}
