import { useStore } from 'zustand'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { projects } from '../../store/projects.ts'

/** Every environment, with what can be done. */
export function HomeScreen() {
  const list = useStore(projects, (state) => state.projects)
  return (
    <div>
      <h1>{t('shell.environments')}</h1>
      {list?.map(({ key, name, state }) => (
        <p key={key}>
          <a href={hrefOf({ screen: 'environment', project: key, tab: 'overview' })}>{name}</a> {state}
        </p>
      ))}
    </div>
  )
}
