import { useEffect } from 'react'
import { useStore } from 'zustand'
import { t } from '../messages/messages.ts'
import type { Route } from '../route.ts'
import { projectOf, projects } from '../store/projects/projects.ts'

/** Names the window for where the person is. */
export function useTitle(route: Route): void {
  const project = 'project' in route ? route.project : undefined
  const name = useStore(projects, (state) => project && projectOf(project)(state)?.name)
  const title = name ?? titleOf(route)
  useEffect(() => {
    document.title = t('app.titled', { title })
  }, [title])
}

function titleOf({ screen }: Route): string {
  switch (screen) {
    case 'home':
    case 'environment':
      return t('shell.environments')
    case 'activity':
    case 'build':
      return t('shell.activity')
    case 'engine':
      return t('engine.title')
    case 'cleanup':
    case 'settings':
      return t(`shell.${screen}`)
  }
}
