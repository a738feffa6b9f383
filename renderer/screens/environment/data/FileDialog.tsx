import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { t } from '../../../messages/messages.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { DataProgress } from './DataProgress.tsx'
import type { FileJob } from './use-file-job.ts'

/** A dialog for work with a file of this computer: which one, then how it goes on, or why it failed. */
export function FileDialog({
  project,
  title,
  about,
  hint,
  file,
  changeFile,
  problem,
  job,
  confirm,
  submit,
  children,
}: {
  project: ProjectKey
  title: string
  about: string
  hint: string
  file: string
  changeFile(file: string): void
  /** Why it cannot begin yet; an empty text says nothing. */
  problem: string | undefined
  job: FileJob
  confirm: string
  submit(): void
  children?: ReactNode
}) {
  const { operation, failure } = job
  const report = failure && `${failure.message} ${failure.why} ${failure.hint}`
  const error = problem || report
  const form = useRef<HTMLFormElement>(null)
  const begun = useRef(false)
  // What had the focus is gone then.
  useEffect(() => {
    begun.current ||= operation !== undefined
    if (begun.current) form.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [operation])
  return (
    <Dialog opened onClose={closeDialog} size={560} className="dialog" title={title}>
      <form
        ref={form}
        className="data-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (problem === undefined) submit()
        }}
      >
        <p className="dim">{about}</p>
        {operation ? (
          <>
            <p className="mono data-file">{file}</p>
            <DataProgress project={project} operation={operation} />
          </>
        ) : (
          <>
            <TextInput
              data-autofocus
              label={t('snapshots.file')}
              description={hint}
              autoComplete="off"
              spellCheck={false}
              maxLength={4096}
              className="machine-field"
              value={file}
              onChange={(event) => changeFile(event.currentTarget.value)}
              error={error && <span role="alert">{error}</span>}
            />
            {children}
          </>
        )}
        <div className="dialog-buttons">
          {operation ? (
            <Button data-autofocus onClick={closeDialog}>
              {t('snapshots.background')}
            </Button>
          ) : (
            <>
              <Button onClick={closeDialog}>{t('dialog.cancel')}</Button>
              <Button type="submit" variant="filled" disabled={problem !== undefined}>
                {confirm}
              </Button>
            </>
          )}
        </div>
      </form>
    </Dialog>
  )
}
