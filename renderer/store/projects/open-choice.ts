import { EditorId } from '../../../shared/editor.ts'
import { portsToOpen } from '../../../shared/port-address.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Settings } from '../../../shared/settings.ts'

/** With what an environment is opened: as the person chose; without a choice or a port, in the browser or a terminal. */
export function opensWith(
  chosen: Settings['open'][string] | undefined,
  ports: ProjectSummary['ports'],
): Settings['open'][string] {
  const editor = EditorId.safeParse(chosen)
  if (editor.success) return editor.data
  return chosen === 'terminal' || portsToOpen(ports).length === 0 ? 'terminal' : 'browser'
}
