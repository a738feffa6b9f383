import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { SettingsChange } from '../../../shared/settings.ts'
import { t } from '../../messages/messages.ts'
import { projects } from '../../store/projects.ts'

/** The environments that are given the person's ssh agent, and the way back. */
export function AgentProjects({
  given,
  change,
}: {
  given: ProjectKey[]
  change(change: SettingsChange): void
}) {
  const known = useStore(projects, (store) => store.projects)
  if (given.length === 0) return <p className="dim">{t('settings.agentNone')}</p>
  return (
    <>
      <p className="dim">{t('settings.agentText')}</p>
      <ul>
        {given.map((key) => {
          const name = known?.find((project) => project.key === key)?.name ?? key
          return (
            <li key={key} className="settings-row">
              <span>{name}</span>
              <Button
                size="compact-sm"
                aria-label={t('settings.agentBackOf', { name })}
                onClick={() => change({ sshAgent: given.filter((other) => other !== key) })}
              >
                {t('settings.agentBack')}
              </Button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
