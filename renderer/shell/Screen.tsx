import { patiently } from '../client/load.ts'
import { lazily } from '../components/lazily.ts'
import type { Route } from '../route.ts'
import { HomeScreen } from '../screens/home/HomeScreen.tsx'

const EnvironmentScreen = lazily(patiently(() => import('../screens/environment/EnvironmentScreen.tsx')))
const BuildScreen = lazily(patiently(() => import('../screens/build/BuildScreen.tsx')))
const BuildsScreen = lazily(patiently(() => import('../screens/builds/BuildsScreen.tsx')))
const CleanupScreen = lazily(patiently(() => import('../screens/cleanup/CleanupScreen.tsx')))
const EngineScreen = lazily(patiently(() => import('../screens/engine/EngineScreen.tsx')))
const SettingsScreen = lazily(patiently(() => import('../screens/settings/SettingsScreen.tsx')))

/** The screen of a route. All but Home are loaded when they are gone to. */
export function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'home':
      return <HomeScreen />
    case 'environment':
      return <EnvironmentScreen key={route.project} project={route.project} tab={route.tab} />
    case 'builds':
      return <BuildsScreen />
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
