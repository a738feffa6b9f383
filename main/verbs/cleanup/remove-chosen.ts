import type { CleanupChoice } from '../../../shared/cleanup.ts'
import { productError } from '../../../shared/errors.ts'
import { shortId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import { gatherSettledData } from '../../data/volume-layers/data-facts.ts'
import { readDataRecord } from '../../data/volume-layers/data-record.ts'
import { NO_RECORD, withoutVolume } from '../../data/volume-layers/layered-volumes.ts'
import { requireOwnData } from '../../data/volume-layers/remove-data.ts'
import { commitData } from '../../data/volume-layers/settle-data.ts'
import { neededElsewhere } from '../../data/volume-layers/shared-layers.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes, removeVolume, usersOfVolume } from '../../docker/volumes.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { withWriterLock } from '../../environment/with-writer-lock.ts'
import { listVersionImages, removeImages } from '../../history/project-images.ts'
import { recoverLedger } from '../../history/recover-ledger.ts'
import { removalBlocker } from '../../history/removal-blocker.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import { keptData, unreadableData } from './removable-volumes.ts'

const REASON = {
  current: 'the current one',
  'known-good': 'known-good',
  'known-good-unmarked': 'known-good when the mark is taken off',
  'in-use': 'used by a container',
}

/**
 * Removes what a person chose: images of versions, and volumes with their data. Removes nothing if one of the versions is
 * needed, or if one of the volumes is used by a container or does not belong to the project.
 * Errors: `version-unknown`, `version-in-use`, `volume-foreign`, `volume-in-use`, `busy`, those of the engine.
 */
export function removeChosen(
  host: Host,
  project: Project,
  choice: Pick<CleanupChoice, 'versions' | 'volumes'>,
  run: Run,
): Promise<void> {
  return withWriterLock(host, project, 'clean', run, async (run) => {
    await recoverLedger(host, project)
    const { engine, facts, history } = await readCurrentState(host, project)
    const running = [...facts.containers, ...facts.leftovers].map(({ version }) => version)
    const versions = choice.versions.map((id) => {
      const record = history.versions.find((known) => known.id === id)
      const known = history.versions.map(({ ordinal }) => `v${ordinal}`).join(', ')
      if (!record) throw productError('version-unknown', { wanted: shortId(id), known })
      const locked = removalBlocker(history, running, id)
      if (locked) throw productError('version-in-use', { ordinal: record.ordinal, reason: REASON[locked] })
      return record
    })
    const volumes = await listVolumes(engine, [`${LABEL.project}=${project.key}`])
    const folder = host.home.project(project.key)
    const place = { engine, key: project.key, folder }
    // The record may belong to another engine, or what it refers to may have changed.
    if (choice.volumes.length > 0) {
      await gatherSettledData(place).catch(unreadableData)
      await requireOwnData(place)
    }
    const data = keptData((await readDataRecord(folder).catch(unreadableData)) ?? NO_RECORD, volumes)
    const doomed = choice.volumes.map((volume) => {
      const found = data.find(({ name }) => name === volume)
      if (!found) throw productError('volume-foreign', { volume })
      return found
    })
    const elsewhere = await neededElsewhere(place)
    for (const { name, parts } of doomed)
      for (const part of parts)
        if (!elsewhere.has(part) && (await usersOfVolume(engine, part)).length > 0)
          throw productError('volume-in-use', { volume: name })
    const images = (await listVersionImages(engine)).of(project.key)
    for (const version of versions) {
      const subject = `v${version.ordinal}`
      const step = {
        kind: 'step',
        id: version.id,
        name: `Remove ${subject}`,
        phase: 'clean',
        subject,
      } as const
      run.report({ ...step, state: 'running' })
      await removeImages(engine, project.key, images, version)
      run.report({ ...step, state: 'done' })
    }
    for (const { name, parts } of doomed) {
      const step = {
        kind: 'step',
        id: name,
        name: `Remove the volume ${name}`,
        phase: 'clean',
        subject: name,
      } as const
      run.report({ ...step, state: 'running' })
      const record = await readDataRecord(folder).catch(unreadableData)
      const isShared = parts.some((part) => elsewhere.has(part))
      if (record) await commitData(place, withoutVolume(record, name, isShared))
      for (const part of parts) if (!elsewhere.has(part)) await removeVolume(engine, part)
      run.report({ ...step, state: 'done' })
    }
  })
}
