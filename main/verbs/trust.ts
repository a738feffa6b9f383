import { productError } from '../../shared/errors.ts'
import type { TrustSheet } from '../../shared/trust.ts'
import { reachOfProject } from '../build/project-permissions.ts'
import type { Host } from '../host/host.ts'
import { readLocked } from '../lock/read-locked.ts'
import { quietRun } from '../operation/quiet-run.ts'
import { planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { sorted, withFiles } from '../trust/decide-trust.ts'
import { changedSinceGrant, filesOfCommands } from '../trust/project-files.ts'
import { grant, trustSheet } from '../trust/require-trust.ts'
import { rememberShown } from '../trust/shown-requests.ts'
import { readRefusal, readTrust, writeTrust } from '../trust/trust-record.ts'

/**
 * What a project's definition reaches today, and what of it was granted. Asks nobody: what an image asks for by itself is
 * known once it was refused.
 * Errors: those of the definition, `lock-invalid`, `lock-foreign-pin`.
 */
export async function showTrust(
  host: Host,
  project: Project,
  definition: string | undefined,
): Promise<TrustSheet> {
  const read = await readLocked(host.env, project, definition)
  const reached = await reachOfProject(host, project, read)
  const refusal = await readRefusal(host, project.key)
  // Of another version than today's it says nothing.
  const wanted =
    refusal && (await planReading(host, project, read, { frozen: true }, quietRun()).catch(() => undefined))
  const ofImage = refusal && refusal.version === wanted?.id ? refusal.capabilities : []
  const all = [...reached, ...ofImage]
  const files = await filesOfCommands(host, project, all, quietRun().signal)
  const changed = files && (await changedSinceGrant(host.home, project, files))
  const sheet = await trustSheet(host, project, sorted(files ? withFiles(all, files.sha256) : all), changed)
  if (!sheet.granted) await rememberShown(host, project.key, sheet)
  return sheet
}

/**
 * Grants what a sheet showed; what was granted to the folder before stays granted. Returns the sheet as it is then.
 * Errors: `trust-outdated` when today's sheet is another one, those of the definition.
 */
export async function grantTrust(
  host: Host,
  project: Project,
  fingerprint: string,
  definition: string | undefined,
): Promise<TrustSheet> {
  const sheet = await showTrust(host, project, definition)
  if (sheet.fingerprint !== fingerprint && sheet.anyFiles !== fingerprint)
    throw productError('trust-outdated', { name: project.name })
  await grant(host, project, sheet, fingerprint)
  return showTrust(host, project, definition)
}

/**
 * Takes back everything that was granted to a project. What runs goes on running, and does not start again.
 * Errors: those of the definition.
 */
export async function revokeTrust(
  host: Host,
  project: Project,
  definition: string | undefined,
): Promise<TrustSheet> {
  const record = await readTrust(host, project.key)
  if (record?.grant) {
    const { grant: _, ...rest } = record
    await writeTrust(host, project.key, rest)
  }
  return showTrust(host, project, definition)
}
