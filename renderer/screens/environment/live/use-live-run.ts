import { useRef, useState } from 'react'
import type { ProjectSummary } from '../../../../shared/project.ts'
import { followRun, type LiveRun } from '../../../store/projects/live-run.ts'

/** What goes on with a project, or ended while its page was open and was not hidden; with what hides it. */
export function useLiveRun(summary: ProjectSummary): [run: LiveRun | undefined, dismiss: () => void] {
  const run = useRef<LiveRun>(undefined)
  run.current = followRun(run.current, summary)
  const [hidden, hide] = useState<LiveRun>()
  const shown = run.current
  return [shown === hidden ? undefined : shown, () => hide(shown)]
}
