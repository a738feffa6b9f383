import type { PersonalSettings } from '../../shared/settings.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { changeSettings, readSettings } from '../settings.ts'

/** What a person gives to environments of their own, as it counts for a project. */
export async function showPersonal(host: Host, project: Project): Promise<PersonalSettings> {
  const { gitIdentity, sshAgent } = await readSettings(host.home)
  return { gitIdentity, sshAgent: sshAgent.includes(project.key) }
}

/** Changes it: the identity for all projects, the ssh agent for this one. Errors: `storage-failed`. */
export async function changePersonal(
  host: Host,
  project: Project,
  { gitIdentity, sshAgent }: Partial<PersonalSettings>,
): Promise<PersonalSettings> {
  const { sshAgent: given } = await readSettings(host.home)
  const others = given.filter((key) => key !== project.key)
  await changeSettings(host.home, {
    gitIdentity,
    sshAgent: sshAgent === undefined ? undefined : sshAgent ? [...others, project.key] : others,
  })
  return showPersonal(host, project)
}
