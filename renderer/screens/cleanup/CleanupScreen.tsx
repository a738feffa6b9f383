import { Button, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { client } from '../../client/client.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { size } from '../../components/format.ts'
import { PageHead } from '../../components/PageHead.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { CleanupCard, StoreCard } from './CleanupCard.tsx'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import { bytesOf, itemsOf, oldVersions, recipesOf } from './choice.ts'
import { thingsText } from './choice-text.ts'
import './cleanup.css'

/** What Pristine made and keeps, by project and kind, to be removed by choice. */
export default function CleanupScreen() {
  const { value, failure, again } = useAnswer('cleanup', async (signal) => {
    const [projects, store] = await Promise.all([
      client.cleanup.list(undefined, { signal }),
      client.cleanup.store(undefined, { signal }),
    ])
    return { projects, recipes: recipesOf(store) }
  })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState(false)
  useEffect(() => {
    if (value) setChosen(new Set([...oldVersions(value.projects), ...value.recipes.map(({ id }) => id)]))
  }, [value])
  const removable = value ? [...itemsOf(value.projects), ...value.recipes] : []
  const isEmpty = value?.projects.length === 0 && value.recipes.length === 0
  const items = removable.filter(({ id }) => chosen.has(id))
  const choose = (id: string, on: boolean) =>
    setChosen((before) => {
      const after = new Set(before)
      if (on) after.add(id)
      else after.delete(id)
      return after
    })
  return (
    <div>
      <PageHead title={t('cleanup.title')} />
      <p className="page-lead">{t('cleanup.lead')}</p>
      {failure && <FailureBox report={failure.report} retry={again} />}
      {!value && !failure && (
        <div className="card" role="status" aria-label={t('cleanup.loading')} style={{ padding: 22 }}>
          <Skeleton height={14} width="40%" />
        </div>
      )}
      {isEmpty && (
        <div className="card empty">
          <h2>{t('cleanup.empty')}</h2>
          <p>{t('cleanup.emptyHint')}</p>
        </div>
      )}
      {value && !isEmpty && (
        <div className="cleanup">
          {removable.length === 0 && (
            <div className="card empty">
              <h2>{t('cleanup.nothing')}</h2>
              <p>{t('cleanup.nothingHint')}</p>
            </div>
          )}
          {value.projects.map((project) => (
            <CleanupCard key={project.key} project={project} chosen={chosen} choose={choose} />
          ))}
          {value.recipes.map((recipes) => (
            <StoreCard key={recipes.id} recipes={recipes} chosen={chosen} choose={choose} />
          ))}
          {removable.length > 0 && (
            <div className="card cleanup-foot">
              <Button
                variant="filled"
                color="bad"
                disabled={items.length === 0}
                onClick={() => setAsking(true)}
              >
                {t('cleanup.remove')}
              </Button>
              <span className="grow" role="status">
                {items.length === 0
                  ? t('cleanup.chosen', { things: thingsText(removable), size: size(bytesOf(removable)) })
                  : t('cleanup.chosenSome', { things: thingsText(items), size: size(bytesOf(items)) })}
              </span>
            </div>
          )}
        </div>
      )}
      {asking && <ConfirmDialog items={items} close={() => setAsking(false)} removed={again} />}
    </div>
  )
}
