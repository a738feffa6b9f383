import { useSyncExternalStore } from 'react'

/** Whether somebody can see the page: not in a background tab, and not in a window that is minimised. */
export const useVisible = (): boolean => useSyncExternalStore(subscribe, isVisible)

const isVisible = () => document.visibilityState === 'visible'

function subscribe(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed)
  return () => document.removeEventListener('visibilitychange', changed)
}
