import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { canonical } from '../../shared/canonical.ts'
import { isSystemError } from '../../shared/errors.ts'
import { type ProjectKey, VersionId } from '../../shared/ids.ts'
import { Permission } from '../../shared/trust.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { projectKey } from '../store/project-key.ts'
import { notifyWatchers } from '../store/project-records.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { isMarkedClone, sharedGitFolder } from './clone-mark.ts'
import { grantedFile } from './host-command-files.ts'
import { shownFile } from './shown-requests.ts'

// What an older Pristine kept in another form is no grant, and asked for again.
const Permissions = z.pipe(
  z.array(z.unknown()),
  z.transform((all) => all.flatMap((one) => Permission.safeParse(one).data ?? [])),
)

/**
 * What is known of a folder's trust, in the data folder and never in the repository: where a clone came from, and what
 * a person granted to the folder at its place then. `capabilities` are those beyond the default permissions; `ofLayer`
 * are those that count for requests of the person's own layer alone.
 */
const TrustRecord = z.strictObject({
  clone: z.optional(z.strictObject({ url: z.string() })),
  grant: z.optional(
    z.strictObject({
      folder: z.string(),
      remote: z.nullable(z.string()),
      capabilities: Permissions,
      ofLayer: z.optional(Permissions),
      at: z.iso.datetime(),
    }),
  ),
})
export type TrustRecord = z.infer<typeof TrustRecord>

/** What the image of a version turned out to ask for, when that was refused. */
const Refusal = z.strictObject({ version: VersionId, capabilities: z.array(Permission) })
export type Refusal = z.infer<typeof Refusal>

type WithHome = { home: Home }
export const TRUST_FILE = 'trust.json'
const trustFile = ({ home }: WithHome, key: ProjectKey) => path.join(home.project(key), TRUST_FILE)
const refusalFile = ({ home }: WithHome, key: ProjectKey) => path.join(home.project(key), 'refused.json')

/** Undefined where nothing is known. A record that cannot be read is that of a clone without a grant: it asks. */
export async function readTrust(host: WithHome, key: ProjectKey): Promise<TrustRecord | undefined> {
  try {
    return TrustRecord.parse(JSON.parse(await readFile(trustFile(host, key), 'utf8')))
  } catch (error) {
    return isSystemError(error, 'ENOENT') ? undefined : { clone: { url: '' } }
  }
}

/** The same of a project as it stands: what is opened of a clone, or where one was moved to, is one too. */
export async function recordOf(host: WithHome, project: Project): Promise<TrustRecord | undefined> {
  const record = await readTrust(host, project.key)
  if (record?.clone || !((await isMarkedClone(project)) || (await isInClone(host, project)))) return record
  return { ...record, clone: { url: '' } }
}

/**
 * Whether a project, or the repository that its worktree belongs to, is below a clone that stands where it was made: code
 * inside can remove the mark, and nothing in the data folder.
 */
async function isInClone(host: WithHome, project: Project): Promise<boolean> {
  for (let at of [project.path, (await sharedGitFolder(project)) ?? project.path])
    for (; at !== path.dirname(at); at = path.dirname(at)) {
      const key = await projectKey(host.home, at, path.basename(at))
      if ((await readTrust(host, key))?.clone) return true
    }
  return false
}

/** Errors: `storage-failed`. */
export async function writeTrust(host: WithHome, key: ProjectKey, record: TrustRecord): Promise<void> {
  await writeFileWhole(trustFile(host, key), `${JSON.stringify(record, null, 2)}\n`)
  await notifyWatchers(host.home.project(key))
}

/** Forgets all that is known of the trust of a folder that is gone. */
export async function forgetTrust(host: WithHome, key: ProjectKey): Promise<void> {
  const files = [trustFile, refusalFile, shownFile].map((file) => file(host, key))
  await Promise.all([...files, grantedFile(host.home, key)].map((file) => rm(file, { force: true })))
}

/**
 * Notes that a folder is a clone that Pristine made from an address, so that nothing of it starts without a grant. To be
 * called before the project is put on the list. Any grant that the folder had is gone.
 * Errors: `storage-failed`.
 */
export const recordClone = (host: WithHome, key: ProjectKey, url: string): Promise<void> =>
  writeTrust(host, key, { clone: { url } })

/** Puts back what was known before a clone that came to nothing. Errors: `storage-failed`. */
export async function restoreTrust(
  host: WithHome,
  key: ProjectKey,
  before: TrustRecord | undefined,
): Promise<void> {
  if (before) await writeTrust(host, key, before)
  else await rm(trustFile(host, key), { force: true })
}

export async function readRefusal(host: WithHome, key: ProjectKey): Promise<Refusal | undefined> {
  try {
    return Refusal.parse(JSON.parse(await readFile(refusalFile(host, key), 'utf8')))
  } catch {
    return undefined
  }
}

/** Remembers what was refused, so that it can be shown and granted. Errors: `storage-failed`. */
export async function rememberRefusal(host: WithHome, key: ProjectKey, refusal: Refusal): Promise<void> {
  const known = await readRefusal(host, key)
  if (known && canonical(known) === canonical(refusal)) return
  await writeFileWhole(refusalFile(host, key), `${JSON.stringify(refusal)}\n`)
}
