import { lazy } from 'react'
import { patiently } from '../client/load.ts'
import type { Route } from '../route.ts'
import { HomeScreen } from '../screens/home/HomeScreen.tsx'

const EnvironmentScreen = lazy(patiently(() => import('../screens/environment/EnvironmentScreen.tsx')))
const BuildScreen = lazy(patiently(() => import('../screens/build/BuildScreen.tsx')))
const BuildsScreen = lazy(patiently(() => import('../screens/builds/BuildsScreen.tsx')))
const CleanupScreen = lazy(patiently(() => import('../screens/cleanup/CleanupScreen.tsx')))
const EngineScreen = lazy(patiently(() => import('../screens/engine/EngineScreen.tsx')))
const SettingsScreen = lazy(patiently(() => import('../screens/settings/SettingsScreen.tsx')))

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
