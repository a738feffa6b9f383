import { useEffect, useRef, useState } from 'react'
import { exact } from '../../../../shared/exact.ts'
import type { Uploaded } from '../../../../shared/file.ts'
import type { ErrorReport } from '../../../../shared/operation.ts'
import { toFailure } from '../../../client/failure.ts'
import { t } from '../../../messages/messages.ts'
import { notify } from '../../../store/app/notices.ts'
import { type Place, uploadFile } from './transfer-file.ts'

/** The upload of a tab: at most one at a time, which ends with the tab. */
export interface FileUpload {
  /** What goes on; `done` of 1. */
  going: { name: string; done: number } | undefined
  failure: ErrorReport | undefined
  /** A file that is to replace another one, if the person agrees. */
  asking: { path: string; file: File; agree(): void; decline(): void } | undefined
  begin(folder: Place, file: File): void
  cancel(): void
}

/** `done` is called with the folder and what is in it now. */
export function useUpload(done: (folder: Place, uploaded: Uploaded) => void): FileUpload {
  const [going, setGoing] = useState<FileUpload['going']>()
  const [failure, setFailure] = useState<ErrorReport>()
  const [asking, setAsking] = useState<FileUpload['asking']>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const begin = async (folder: Place, file: File, replace: boolean): Promise<void> => {
    stop.current = new AbortController()
    const { signal } = stop.current
    const name = file.name
    setFailure(undefined)
    setAsking(undefined)
    setGoing({ name, done: 0 })
    try {
      const report = (sent: number) => setGoing({ name, done: sent / file.size })
      const uploaded = await uploadFile(folder, file, replace, report, signal)
      const isLost = uploaded.place === 'container'
      notify({
        tone: 'good',
        text: t(isLost ? 'files.uploadedLost' : 'files.uploaded', {
          name: exact(name),
          folder: exact(folder.path),
        }),
      })
      done(folder, uploaded)
    } catch (error) {
      const { report } = toFailure(error)
      if (signal.aborted) return
      if (report.code !== 'path-exists' || report.data['isFolder'] === true) return setFailure(report)
      setAsking({
        ...{ path: String(report.data['path']), file },
        agree: () => void begin(folder, file, true),
        decline: () => setAsking(undefined),
      })
    } finally {
      setGoing(undefined)
    }
  }
  return {
    ...{ going, failure, asking },
    begin: (folder, file) => void begin(folder, file, false),
    cancel: () => stop.current?.abort(),
  }
}
