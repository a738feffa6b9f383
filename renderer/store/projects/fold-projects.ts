import { byName, type ProjectSummary, type ProjectsEvent } from '../../../shared/project.ts'

/** The list after an event; projects that did not change are the same objects. */
export function after(list: ProjectSummary[], event: ProjectsEvent): ProjectSummary[] {
  if (event.kind === 'all') return event.projects.toSorted(byName)
  if (event.kind === 'removed') return list.filter(({ key }) => key !== event.key)
  const at = list.findIndex(({ key }) => key === event.project.key)
  return at < 0 ? [...list, event.project].sort(byName) : list.with(at, event.project)
}
