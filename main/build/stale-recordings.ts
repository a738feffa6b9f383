import { stat } from 'node:fs/promises'
import type { ProjectKey, VersionId } from '../../shared/ids.ts'
import { foldLedger } from '../history/fold-ledger.ts'
import { readLedger } from '../history/ledger.ts'
import { describeOperation, operationIds } from '../operation/list-operations.ts'
import { recordingFile } from '../operation/record-operation.ts'
import type { Home } from '../store/home.ts'

/** The recordings of a project's operations that made a version or went to it, where nothing needs that version any more. */
export async function staleRecordings(
  home: Home,
  key: ProjectKey,
  isNeeded: (id: VersionId) => boolean,
): Promise<{ file: string; bytes: number }[]> {
  const folder = home.project(key)
  const { versions } = foldLedger((await readLedger(folder)).events)
  const found = await Promise.all(
    (await operationIds(folder)).map(async (id) => {
      const operation = await describeOperation(folder, id)
      const version = versions.find(({ ordinal }) => ordinal === operation?.plan?.ordinal)
      // A version that was never built is in no history; its failure may be what somebody looks at.
      if (!operation || operation.state === 'running' || !version || isNeeded(version.id)) return []
      const file = recordingFile(folder, id)
      return [{ file, bytes: (await stat(file).catch(() => undefined))?.size ?? 0 }]
    }),
  )
  return found.flat()
}
