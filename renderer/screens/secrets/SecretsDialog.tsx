import { Button } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { client } from '../../client/client.ts'
import { toFailure } from '../../client/failure.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { closeDialog, type SecretsWanted } from '../../store/app/dialogs.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import { projectOf, projects } from '../../store/projects/projects.ts'
import { SecretField } from './SecretField.tsx'
import { storageText } from './storage-text.ts'
import '../environment/dialogs.css'
import './secrets.css'

/** Asks for secrets. Values are gone from the page with the dialog. */
export default function SecretsDialog({ project, secrets, before, goOn }: SecretsWanted) {
  const name = useStore(projects, projectOf(project))?.name ?? ''
  const list = useAnswer(project, (signal) => client.secrets.list({ project }, { signal }))
  const [values, setValues] = useState<Record<string, string>>({})
  const [problems, setProblems] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const names = secrets.map((secret) => secret.name).join(', ')

  /** Whether all could be given. */
  const give = async (): Promise<boolean> => {
    const refused: Record<string, string> = {}
    for (const { name } of secrets) {
      const value = values[name]
      if (!value) continue
      await client.secrets.give({ project, name, value }).catch((error: unknown) => {
        const failure = toFailure(error)
        if (failure.code !== 'secret-invalid') throw error
        refused[name] = failure.report.why
      })
    }
    setProblems(refused)
    return Object.keys(refused).length === 0
  }
  const submit = async () => {
    setBusy(true)
    try {
      if (!(await give())) return
      if (before === 'start') {
        for (const { name } of secrets) if (!values[name]) await client.secrets.leaveOut({ project, name })
      }
      closeDialog()
      if (before === 'nothing') notify({ tone: 'good', text: t('secrets.wasSet', { name: names }) })
      await goOn()
    } catch (error) {
      notifyFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      opened
      onClose={closeDialog}
      className="dialog"
      size={520}
      title={
        before === 'nothing'
          ? t('secrets.titleSet', { name, secret: names })
          : t('secrets.titleStart', { name, count: secrets.length })
      }
    >
      <form
        className="secrets-form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p className="dim">{t(before === 'again' ? 'secrets.needed' : 'secrets.about')}</p>
        {secrets.map((secret, at) => (
          <SecretField
            key={secret.name}
            secret={secret}
            value={values[secret.name] ?? ''}
            problem={problems[secret.name]}
            first={at === 0}
            change={(value) => setValues((values) => ({ ...values, [secret.name]: value }))}
          />
        ))}
        <p className="faint">
          {before === 'start' && `${t('secrets.leaveOut')} `}
          {list.value && storageText(list.value)}
        </p>
        <div className="dialog-buttons">
          <Button onClick={closeDialog}>{t('dialog.cancel')}</Button>
          <Button
            type="submit"
            variant="filled"
            loading={busy}
            disabled={before !== 'start' && secrets.every((secret) => !values[secret.name])}
          >
            {t(before === 'nothing' ? 'secrets.doSet' : 'secrets.doContinue')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
