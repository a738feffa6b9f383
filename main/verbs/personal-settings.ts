import type { Run } from '../../shared/operation.ts'
import type { PersonalSettings, Settings } from '../../shared/settings.ts'
import type { Host } from '../host/host.ts'
import { type DotfilesWanted, fetchDotfiles, forgetDotfilesBut } from '../personal/fetch-dotfiles.ts'
import type { Project } from '../store/open-project.ts'
import { changeSettings, readSettings } from '../store/settings.ts'

/** A person's own settings for environments, as they apply to a project. */
export async function showPersonal(host: Host, project: Project): Promise<PersonalSettings> {
  const { gitIdentity, sshAgent, dotfiles } = await readSettings(host.home)
  return { gitIdentity, sshAgent: sshAgent.includes(project.key), dotfiles }
}

/**
 * Changes some of these settings: the ssh agent for this project, all others for all projects. `install`: the command
 * that installs the dotfiles, if there are any.
 * Errors: `storage-failed`.
 */
export async function changePersonal(
  host: Host,
  project: Project,
  { gitIdentity, sshAgent, install }: { gitIdentity?: boolean; sshAgent?: boolean; install?: string | null },
): Promise<void> {
  const { sshAgent: given, dotfiles } = await readSettings(host.home)
  const others = given.filter((key) => key !== project.key)
  await changeSettings(host.home, {
    gitIdentity,
    sshAgent: sshAgent === undefined ? undefined : sshAgent ? [...others, project.key] : others,
    ...(install !== undefined && { dotfiles: dotfiles && { ...dotfiles, install } }),
  })
}

/**
 * Fetches the person's dotfiles for new containers of all projects, or stops providing them with null. Errors: as
 * `fetchDotfiles`.
 */
export async function setDotfiles(
  host: Pick<Host, 'env' | 'home'>,
  wanted: DotfilesWanted | null,
  run: Run,
): Promise<Settings> {
  const dotfiles = wanted && (await fetchDotfiles(host, wanted, run))
  const settings = await changeSettings(host.home, { dotfiles })
  await forgetDotfilesBut(host.home, dotfiles)
  return settings
}
