import { useSyncExternalStore } from 'react'
import { OperationId, ProjectKey } from '../shared/ids.ts'

/** Where in the app a person is. It is in the address's fragment, in the app and in the browser alike. */
export type Route =
  | { screen: 'home' }
  | { screen: 'environment'; project: ProjectKey; tab: string; file?: FileInService }
  | { screen: 'activity' }
  | { screen: 'build'; project: ProjectKey; operation: OperationId }
  | { screen: 'cleanup' }
  | { screen: 'settings' }
  | { screen: 'engine' }

/** The file that the tab Files shows at first: its path inside a service; without one, the entry service. */
export interface FileInService {
  path: string
  service?: string
}

/** The tabs of an environment, in their order, as an address names them. */
export const TABS = [
  'overview',
  'runs',
  'versions',
  'drift',
  'files',
  'logs',
  'terminal',
  'data',
  'definition',
] as const

/** The route that a fragment names; what names none is Home. */
export function readRoute(hash: string): Route {
  const [screen, first, second, ...rest] = hash.replace(/^#\/?/, '').split('/')
  const project = ProjectKey.safeParse(first).data
  if (screen === 'projects' && project) {
    const [path, service] = rest.map(decoded)
    const file = path && { path, ...(service && { service }) }
    return { screen: 'environment', project, tab: second || 'overview', ...(file && { file }) }
  }
  if (screen === 'activity') {
    const operation = OperationId.safeParse(second).data
    return project && operation ? { screen: 'build', project, operation } : { screen: 'activity' }
  }
  if (screen === 'cleanup' || screen === 'settings' || screen === 'engine') return { screen }
  return { screen: 'home' }
}

/** Undefined for what `encodeURIComponent` never makes. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Whether the page at an address is about a project, so that it shows itself what happens to it. */
export function isShown(project: string, hash: string): boolean {
  const route = readRoute(hash)
  return (route.screen === 'environment' || route.screen === 'build') && route.project === project
}

/** The address of a route, for links. */
export function hrefOf(route: Route): string {
  if (route.screen === 'home') return '#/'
  if (route.screen === 'environment') {
    const { path, service } = route.file ?? {}
    const rest = [path, service].flatMap((part) => (part === undefined ? [] : `/${encodeURIComponent(part)}`))
    return `#/projects/${route.project}/${route.tab}${rest.join('')}`
  }
  if (route.screen === 'build') return `#/activity/${route.project}/${route.operation}`
  return `#/${route.screen}`
}

/** Goes somewhere, so that "back" comes back. */
export function go(route: Route): void {
  location.hash = hrefOf(route)
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** Where the person is. */
export const useRoute = (): Route => readRoute(useSyncExternalStore(subscribe, () => location.hash))
