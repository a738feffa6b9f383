import { Button, Checkbox, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'
import { Dialog } from '../../../components/Dialog.tsx'
import { FailureBox } from '../../../components/FailureBox.tsx'
import { t } from '../../../messages/messages.ts'
import { notifyEnd } from '../../../store/actions/replace-environment.ts'
import { closeDialog } from '../../../store/app/dialogs.ts'
import { notify, notifyFailure } from '../../../store/app/notices.ts'
import { whenEnded } from '../../../store/operations/operation-end.ts'
import { askOutdated, forgetOutdated } from '../../../store/versions/outdated.ts'
import { ChangeText } from '../ChangeList.tsx'
import { useOutdated } from '../use-outdated.ts'
import '../dialogs.css'

/** Shows which pins would move, from what to what, before the lock is written. */
export default function LockDialog({
  project,
  file,
  done,
}: {
  project: ProjectKey
  file: string
  done: (() => void) | undefined
}) {
  const { pins, failure, ask } = useOutdated(project)
  const [left, setLeft] = useState<string[]>([])
  useEffect(() => void askOutdated(project), [project])
  const chosen = (pins ?? []).filter(({ reference }) => !left.includes(reference))
  const update = async () => {
    closeDialog()
    try {
      const references = chosen.map(({ reference }) => reference)
      const { operation } = await client.lock.update({ project, references })
      const end = await whenEnded(project, operation)
      if (end.state === 'done') notify({ tone: 'good', text: t('lock.done', { file, count: chosen.length }) })
      else notifyEnd(project, operation, end, t('lock.cancelled'))
    } catch (error) {
      notifyFailure(error)
    }
    forgetOutdated(project)
    done?.()
  }
  return (
    <Dialog opened onClose={closeDialog} size={600} title={t('lock.title', { file })} className="dialog">
      <p className="dim">{t('lock.about')}</p>
      <div className="dialog-boxes lock-pins" aria-live="polite">
        {failure && <FailureBox report={failure.report} retry={ask} />}
        {!pins && !failure && <Skeleton height={60} />}
        {pins?.length === 0 && <p>{t('definition.allNewest')}</p>}
        {pins?.map(({ reference, locked, latest }) => (
          <Checkbox
            key={reference}
            checked={!left.includes(reference)}
            onChange={({ currentTarget: { checked } }) =>
              setLeft(checked ? left.filter((one) => one !== reference) : [...left, reference])
            }
            label={
              <span className="changes">
                <ChangeText change={{ input: reference, from: locked, to: latest }} />
              </span>
            }
          />
        ))}
      </div>
      <div className="dialog-buttons">
        <Button data-autofocus onClick={closeDialog}>
          {t('dialog.cancel')}
        </Button>
        <Button variant="filled" disabled={chosen.length === 0} onClick={() => void update()}>
          {t('lock.confirm')}
        </Button>
      </div>
    </Dialog>
  )
}
