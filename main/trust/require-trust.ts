import { productError } from '../../shared/errors.ts'
import type { Capability, TrustSheet } from '../../shared/trust.ts'
import { readLeftOut } from '../git/deferred-content.ts'
import { readRemote } from '../git/origin-remote.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { decideTrust, type Standing, sorted, withFiles } from './decide-trust.ts'
import { otherSheet, rememberShown } from './shown-requests.ts'
import { recordOf, writeTrust } from './trust-record.ts'

/** What asking for trust needs: the data folder, and the fingerprints that a person gave with the command. */
export type Truster = Pick<Host, 'home' | 'given'>

/**
 * How a folder stands for what it reaches today. `changedFiles`: those of the project that changed since its commands were
 * granted with them.
 */
export async function trustSheet(
  host: Pick<Host, 'home'>,
  project: Project,
  reached: readonly Capability[],
  changedFiles: string[] = [],
): Promise<TrustSheet> {
  const [record, remote] = await Promise.all([recordOf(host, project), readRemote(project)])
  const { clone, grant } = record ?? {}
  const valid = grant && grant.folder === project.path && grant.remote === remote ? grant : undefined
  const sheet = decideTrust(
    {
      origin: clone ? 'clone' : 'folder',
      remote,
      everyday: !clone || valid !== undefined,
      granted: valid?.capabilities ?? [],
    },
    reached,
  )
  return sheet.anyFiles === null ? sheet : { ...sheet, changedFiles }
}

/**
 * Refuses what was not granted; a sheet whose fingerprint the person gave is granted now.
 * Errors: `not-trusted`, `storage-failed`.
 */
export async function requireTrust(
  host: Truster,
  project: Project,
  reached: readonly Capability[],
  changedFiles: string[] = [],
): Promise<void> {
  const sheet = await askingSheet(host, project, reached, changedFiles)
  if (!sheet) return
  const given = host.given.find((one) => one === sheet.fingerprint || one === sheet.anyFiles)
  if (given === undefined) throw await notTrusted(host, project, sheet)
  await grant(host, project, sheet, given)
}

/** Whether nothing of what a project reaches is to be asked for. */
export const isTrusted = async (
  host: Pick<Host, 'home'>,
  project: Project,
  reached: readonly Capability[],
): Promise<boolean> => (await askingSheet(host, project, reached)) === undefined

/** The sheet of a project of which something is asked; undefined where all is granted. */
async function askingSheet(
  host: Pick<Host, 'home'>,
  project: Project,
  reached: readonly Capability[],
  changedFiles: string[] = [],
): Promise<TrustSheet | undefined> {
  // Of most folders nobody needs to know their remote, and git takes longer than all else here.
  if (decideTrust(OWN, reached).granted && !(await recordOf(host, project))) return undefined
  const sheet = await trustSheet(host, project, reached, changedFiles)
  return sheet.granted ? undefined : sheet
}

/** The same for work that needs only the everyday set. Errors: `not-trusted`. */
export async function requireEveryday(
  host: Pick<Host, 'home'>,
  project: Project,
  reached: readonly Capability[],
): Promise<void> {
  if (!(await recordOf(host, project))) return
  const sheet = await trustSheet(host, project, reached)
  if (sheet.asked.every((capability) => sheet.beyond.includes(capability))) return
  throw await notTrusted({ ...host, given: [] }, project, sheet)
}

/** A folder of the person's own, of which nothing is known. */
const OWN: Standing = { origin: 'folder', remote: null, everyday: true, granted: [] }

/**
 * Grants a sheet under one of its fingerprints, beside what the folder was granted before as it is now.
 * Errors: `storage-failed`.
 */
export async function grant(
  host: Pick<Host, 'home'>,
  project: Project,
  sheet: TrustSheet,
  fingerprint: string,
): Promise<void> {
  const granted = fingerprint === sheet.anyFiles ? withFiles(sheet.beyond, 'any') : sheet.beyond
  const record = await recordOf(host, project)
  const before = record?.grant
  const same = before?.folder === project.path && before.remote === sheet.remote
  await writeTrust(host, project.key, {
    ...record,
    grant: {
      folder: project.path,
      remote: sheet.remote,
      capabilities: sorted([...(same ? before.capabilities : []), ...granted]),
      at: new Date().toISOString(),
    },
  })
}

/** The refusal of a sheet, which is remembered as shown. */
async function notTrusted(host: Truster, project: Project, sheet: TrustSheet): Promise<Error> {
  const { fingerprint, anyFiles, changedFiles, asked, origin } = sheet
  const [leftOut, other] = await Promise.all([
    readLeftOut(host.home, project.key),
    otherSheet(host, project.key, host.given, sheet),
  ])
  await rememberShown(host, project.key, sheet)
  return productError('not-trusted', {
    name: project.name,
    fingerprint,
    anyFiles,
    changedFiles,
    asked,
    origin,
    leftOut,
    other,
  })
}
