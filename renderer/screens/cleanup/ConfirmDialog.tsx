import { Button } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client.ts'
import { ProductFailure } from '../../client/failure.ts'
import { Dialog } from '../../components/Dialog.tsx'
import { t } from '../../messages/messages.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import { whenEnded } from '../../store/operations/operation-end.ts'
import { choicesOf, type Item } from './choice.ts'
import { thingsText } from './choice-text.ts'
import '../environment/dialogs.css'

/** Asks before anything is removed, names every volume, and removes. */
export function ConfirmDialog({ items, close, removed }: { items: Item[]; close(): void; removed(): void }) {
  const [busy, setBusy] = useState(false)
  const volumes = items.filter(({ kind }) => kind === 'volume')
  const versions = items.filter(({ kind }) => kind === 'version')
  const recipes = items.some(({ kind }) => kind === 'recipes')
  const things = thingsText(items)
  const remove = async () => {
    setBusy(true)
    try {
      for (const choice of choicesOf(items)) {
        const { operation } = await client.cleanup.remove(choice)
        const end = await whenEnded(choice.project, operation)
        if (end.state === 'failed') throw new ProductFailure(end.error)
      }
      if (recipes) await client.cleanup.prune()
      notify({ tone: 'good', text: t('cleanup.done', { things }) })
    } catch (error) {
      notifyFailure(error)
    }
    close()
    removed()
  }
  return (
    <Dialog opened onClose={close} size={520} className="dialog" title={t('cleanup.confirm', { things })}>
      {versions.length > 0 && <p>{t('cleanup.confirmVersions')}</p>}
      {recipes && <p>{t('cleanup.confirmRecipes')}</p>}
      {volumes.length > 0 && (
        <>
          <p style={{ marginTop: 12, color: 'var(--bad-text)', fontWeight: 600 }}>
            {t('cleanup.confirmData')}
          </p>
          <ul className="cleanup-data">
            {volumes.map(({ id, label, name }) => (
              <li key={id} className="mono">
                {t('cleanup.of', { what: label, name })}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className="dialog-buttons">
        <Button data-autofocus onClick={close}>
          {t('common.cancel')}
        </Button>
        <Button variant="filled" color="bad" loading={busy} onClick={() => void remove()}>
          {t(volumes.length > 0 ? 'cleanup.confirmDoData' : 'cleanup.confirmDo')}
        </Button>
      </div>
    </Dialog>
  )
}
