import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { client } from '../../../client/client.ts'
import { toFailure } from '../../../client/failure.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { useAnswer } from '../../../components/use-answer.ts'
import { t } from '../../../messages/messages.ts'
import { nameProblem } from '../../../store/actions/snapshot-rules.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { notify } from '../../../store/app/notices.ts'
import { isAutomatic } from './data-text.ts'
import { NameField } from './NameField.tsx'

/** Asks for another name of a snapshot. */
export function RenameDialog({
  project,
  snapshot,
  done,
}: {
  project: ProjectKey
  snapshot: Snapshot
  done: (() => void) | undefined
}) {
  const { name } = snapshot
  const [to, setTo] = useState(name)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const others = useAnswer(project, (signal) => client.snapshots.list({ project }, { signal }))
  const taken = others.value?.map((one) => one.name) ?? []
  const problem = to === name ? undefined : nameProblem(to, taken)
  const rename = async (event: FormEvent) => {
    event.preventDefault()
    if (problem || to === name) return
    setBusy(true)
    try {
      await client.snapshots.rename({ project, name, to })
      closeDialog()
      notify({ tone: 'good', text: t('snapshots.renameDialog.done', { name, to }) })
      done?.()
    } catch (error) {
      const { message, hint } = toFailure(error).report
      setRefusal(`${message} ${hint}`)
      setBusy(false)
    }
  }
  return (
    <Dialog
      opened
      onClose={closeDialog}
      size={460}
      className="dialog"
      title={t('snapshots.renameDialog.title', { name })}
    >
      <form className="data-form" onSubmit={(event) => void rename(event)}>
        {isAutomatic(snapshot) && <p className="dim">{t('snapshots.renameDialog.about')}</p>}
        <NameField label={t('snapshots.name')} value={to} change={setTo} problem={problem ?? refusal} />
        <div className="dialog-buttons">
          <Button onClick={closeDialog}>{t('dialog.cancel')}</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={problem !== undefined || to === name}
          >
            {t('snapshots.renameDialog.confirm')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
