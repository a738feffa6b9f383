import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { go } from '../../route.ts'

/**
 * Opens a folder that a person named, and goes to it. Opening only reads; nothing runs. Takes also what is being opened
 * already. Errors: those of `projects.open`.
 */
export async function openSource(source: string | Promise<ProjectSummary>): Promise<void> {
  const folder = typeof source === 'string' ? source.trim().replace(/^(["'])(.*)\1$/, '$2') : ''
  const { key } = await (typeof source === 'string' ? client.projects.open({ folder }) : source)
  go({ screen: 'environment', project: key, tab: 'overview' })
}
