import path from 'node:path'
import { describeDeferred } from '../../../shared/clone.ts'
import { describeChanged, describePermission } from '../../../shared/describe-permission.ts'
import { productError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { askingFeatures, type Permission, type PermissionRequest } from '../../../shared/trust.ts'
import { colour, printJson, printLine } from '../output.ts'
import { askGrant } from '../prompt.ts'
import type { Session } from '../session.ts'

/**
 * `pristine trust`: shows the permissions that the definition requests, and on a terminal grants them if the person
 * agrees. If nobody can be asked and something is not granted, it fails (`not-trusted`).
 */
export async function trust(
  session: Session,
  options: { show?: boolean; revoke?: boolean },
): Promise<number> {
  const { engine, folder, definition, run } = session
  if (options.revoke) {
    const left = await engine.revokeTrust(folder, definition, run)
    if (left) return show(session, left)
    session.settle()
    if (session.json) printJson({ trust: null })
    else printLine('Everything that was granted was taken back.')
    return 0
  }
  const request = await engine.trust(folder, definition, run)
  if (options.show || request.granted) return show(session, request)
  const { fingerprint, anyFiles, changedFiles, asked, origin } = request
  const name = path.basename(path.resolve(folder))
  if (!session.interactive) {
    const leftOut = await engine.deferredContent(folder)
    throw productError('not-trusted', {
      name,
      fingerprint,
      anyFiles,
      changedFiles,
      asked,
      features: askingFeatures(request),
      layer: request.ofLayer ?? [],
      origin,
      leftOut,
      other: null,
    })
  }
  await show(session, request)
  const given = await askGrant(session, 'Grant what is asked?', request)
  if (given === undefined) {
    printLine('Nothing was granted.')
    return 7
  }
  await engine.grantTrust(folder, given, definition, run)
  printLine('Granted. "pristine trust --revoke" takes it back.')
  return 0
}

async function show(session: Session, request: PermissionRequest): Promise<number> {
  const leftOut = await session.engine.deferredContent(session.folder)
  session.settle()
  if (session.json) {
    printJson({ trust: request, leftOut })
    return 0
  }
  const { capabilities, beyond, asked, origin, remote, fingerprint, anyFiles, changedFiles } = request
  const ofLayer = new Set((request.ofLayer ?? []).map(describePermission))
  const isRequested = (one: Permission) => asked.includes(one)
  const line = (one: Permission) =>
    `  ${isRequested(one) ? colour('yellow', 'asked  ') : colour('green', 'granted')}  ${describePermission(one)}${ofLayer.has(describePermission(one)) ? ' (by your layer)' : ''}`
  if (origin === 'clone') printLine('A clone that Pristine made: nothing of it starts before you grant it.')
  if (remote !== null) printLine(`Remote: ${sanitize(remote)}`)
  printLine('Default permissions:')
  for (const one of capabilities) if (!beyond.includes(one)) printLine(line(one))
  if (beyond.length > 0) printLine('Further permissions:')
  for (const one of beyond) printLine(line(one))
  const changed = describeChanged(changedFiles)
  if (changed !== undefined) printLine(changed)
  if (leftOut) printLine(`Fetched once it is trusted: ${describeDeferred(leftOut)}`)
  printLine(`Fingerprint: ${fingerprint}`)
  if (anyFiles !== null) printLine(`Whatever the project's files say: ${anyFiles}`)
  return 0
}
