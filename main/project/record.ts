import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Host } from '../host.ts'
import type { Project } from './open.ts'
import { writeFileWhole } from './write-file.ts'

const recordOf = (host: Host, project: Project) => path.join(host.home.project(project.key), 'project.json')

/** Remembers a project, so that it is listed. */
export async function rememberProject(host: Host, project: Project): Promise<void> {
  const text = `${JSON.stringify({ path: project.path })}\n`
  const file = recordOf(host, project)
  if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFileWhole(file, text)
}

/** Takes a project off the list; its history stays. */
export async function forgetProject(host: Host, project: Project): Promise<void> {
  await rm(recordOf(host, project), { force: true })
}
