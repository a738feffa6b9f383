import { lazyPart } from '../components/lazy-part.ts'
import type { Route } from '../route.ts'
import { HomeScreen } from '../screens/home/HomeScreen.tsx'

const EnvironmentScreen = lazyPart(() => import('../screens/environment/EnvironmentScreen.tsx'))
const BuildScreen = lazyPart(() => import('../screens/build/BuildScreen.tsx'))
const ActivityScreen = lazyPart(() => import('../screens/activity/ActivityScreen.tsx'))
const CleanupScreen = lazyPart(() => import('../screens/cleanup/CleanupScreen.tsx'))
const EngineScreen = lazyPart(() => import('../screens/engine/EngineScreen.tsx'))
const SettingsScreen = lazyPart(() => import('../screens/settings/SettingsScreen.tsx'))

/** The screen of a route. All but Home are loaded when they are gone to. */
export function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'home':
      return <HomeScreen />
    case 'environment':
      return (
        <EnvironmentScreen key={route.project} project={route.project} tab={route.tab} file={route.file} />
      )
    case 'activity':
      return <ActivityScreen />
    case 'build':
      return <BuildScreen key={route.operation} project={route.project} operation={route.operation} />
    case 'cleanup':
      return <CleanupScreen />
    case 'engine':
      return <EngineScreen />
    case 'settings':
      return <SettingsScreen />
  }
}
