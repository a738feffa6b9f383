import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { usage, watchUsage } from '../../store/usage/usage.ts'
import type { ProjectUsage } from '../../store/usage/usage-history.ts'

/** What a project's environment uses, measured while this is shown; undefined while nothing is known. */
export function useUsage(project: ProjectKey): ProjectUsage | undefined {
  useEffect(watchUsage, [])
  return useStore(usage, ({ history }) => history[project])
}
