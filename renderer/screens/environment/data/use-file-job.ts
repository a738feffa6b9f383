import { useEffect, useRef, useState } from 'react'
import type { OperationId, ProjectKey } from '../../../../shared/ids.ts'
import type { ErrorReport } from '../../../../shared/operation.ts'
import { toFailure } from '../../../client/failure.ts'
import { notifyEnd } from '../../../store/actions/replace-environment.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { notify } from '../../../store/app/notices.ts'
import { whenEnded } from '../../../store/operations/operation-end.ts'

/** Work of a dialog with a file, that is shown in it, and can be left to go on without it. */
export interface FileJob {
  operation: OperationId | undefined
  /** Why it failed, so that what was typed can be changed. */
  failure: ErrorReport | undefined
  begin(start: () => Promise<{ operation: OperationId }>, words: { done: string; cancelled: string }): void
}

export function useFileJob(project: ProjectKey, done: (() => void) | undefined): FileJob {
  const [operation, setOperation] = useState<OperationId>()
  const [failure, setFailure] = useState<ErrorReport>()
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  const failed = (report: ErrorReport) => {
    setOperation(undefined)
    setFailure(report)
  }
  const begin: FileJob['begin'] = async (start, words) => {
    setFailure(undefined)
    try {
      const { operation } = await start()
      setOperation(operation)
      const end = await whenEnded(project, operation)
      if (end.state === 'failed' && shown.current) return failed(end.error)
      if (end.state === 'done') notify({ tone: 'good', text: words.done })
      else notifyEnd(project, operation, end, words.cancelled)
      if (shown.current) closeDialog()
      done?.()
    } catch (error) {
      failed(toFailure(error).report)
    }
  }
  return { operation, failure, begin }
}
