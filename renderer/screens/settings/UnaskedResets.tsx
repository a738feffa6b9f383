import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { SettingsChange } from '../../../shared/settings.ts'
import { t } from '../../messages/messages.ts'
import { projects } from '../../store/projects.ts'

/** The environments that are reset without a question, and the way back. */
export function UnaskedResets({
  unasked,
  change,
}: {
  unasked: ProjectKey[]
  change(change: SettingsChange): void
}) {
  const known = useStore(projects, (store) => store.projects)
  if (unasked.length === 0) return <p className="dim">{t('settings.resetsNone')}</p>
  return (
    <>
      <p className="dim">{t('settings.resetsText')}</p>
      <ul>
        {unasked.map((key) => {
          const name = known?.find((project) => project.key === key)?.name ?? key
          return (
            <li key={key} className="settings-row">
              <span>{name}</span>
              <Button
                size="compact-sm"
                aria-label={t('settings.askOf', { name })}
                onClick={() => change({ resetUnasked: unasked.filter((other) => other !== key) })}
              >
                {t('settings.ask')}
              </Button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
