import { productError } from '../../../shared/errors.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import type { VersionRecord } from '../../history/fold-ledger.ts'
import { findImage, pointKnownGood } from '../../history/image-names.ts'
import { appendLedger } from '../../history/ledger.ts'
import { readHistory } from '../../history/read-history.ts'
import { recoverLedger } from '../../history/recover-ledger.ts'
import type { Host } from '../../host/host.ts'
import { asOnlyWriter } from '../../operation/writer-lock.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * Marks a version as known-good. It stays known-good until another version is marked or the mark is removed.
 * Errors: `version-unknown`, `version-none`, `version-unproven`, `version-gone`; `busy`.
 */
export function mark(host: Host, project: Project, wanted: string): Promise<VersionRecord> {
  const folder = host.home.project(project.key)
  return asOnlyWriter(folder, { what: `marking a version of ${project.name}` }, async () => {
    await recoverLedger(host, project)
    const record = chooseVersion(project, await readHistory(host, project), wanted)
    if (!record.wasReady) throw productError('version-unproven', { ordinal: record.ordinal })
    const engine = await host.engine()
    if (!(await findImage(engine, project.key, record)))
      throw productError('version-gone', { ordinal: record.ordinal })
    await appendLedger(folder, { kind: 'marked', version: record.id })
    await pointKnownGood(engine, project.key, await readHistory(host, project))
    return record
  })
}

/**
 * Lets known-good follow the versions that become ready again. Returns the version that is known-good then, and whether
 * its image is on the engine. Errors: `busy`.
 */
export function unmark(
  host: Host,
  project: Project,
): Promise<(VersionRecord & { present: boolean }) | undefined> {
  const folder = host.home.project(project.key)
  return asOnlyWriter(folder, { what: `unmarking the known-good version of ${project.name}` }, async () => {
    await recoverLedger(host, project)
    await appendLedger(folder, { kind: 'unmarked' })
    const history = await readHistory(host, project)
    const record = history.versions.find((version) => version.id === history.knownGood)
    return record && { ...record, present: await pointKnownGood(await host.engine(), project.key, history) }
  })
}
