import { productError } from '../../../shared/errors.ts'
import type { LayerState } from '../../../shared/layer.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import type { PersonalSettings } from '../../../shared/settings.ts'
import { printJson, printNote, printTable } from '../output.ts'
import type { Session } from '../session.ts'
import { layer } from './layer.ts'

/** `pristine settings [name value]`: the person's own settings for every environment, which no definition can set. */
export async function settings(
  session: Session,
  options: { project?: boolean },
  [name, value, file]: string[],
): Promise<number> {
  if (name === 'layer') return layer(session, options, [value, file])
  if (options.project) throw misused('"--project" goes with "layer".')
  if (file !== undefined) throw misused(`"${sanitize(name ?? '')}" takes one value.`)
  if (name !== undefined) await change(session, name, value)
  const personal = await session.engine.personal(session.folder)
  session.settle()
  if (session.json) {
    printJson({ settings: personal })
    return 0
  }
  print(personal, await session.engine.layer(session.folder))
  if (name !== undefined) printNote(COUNTS[name] ?? COUNTS_NEXT)
  return 0
}

const COUNTS_NEXT = 'It applies to commands that start from now on.'
const COUNTS: Record<string, string> = {
  'ssh-agent': 'It counts once "pristine up" has replaced the environment.',
  dotfiles: 'They are put into each new container: "pristine reset --to current" makes one.',
  'dotfiles-install': 'It counts for each new container: "pristine reset --to current" makes one.',
}

async function change(session: Session, name: string, value: string | undefined): Promise<void> {
  const { engine, folder, interactive: asks, run } = session
  switch (name) {
    case 'git-identity':
      await engine.changePersonal(folder, { gitIdentity: switched(name, value) })
      return
    case 'ssh-agent':
      await engine.changePersonal(folder, { sshAgent: switched(name, value) })
      return
    case 'dotfiles': {
      const { dotfiles } = await engine.personal(folder)
      const source = value ?? dotfiles?.source
      if (source === undefined) throw misused('"dotfiles" needs a git URL, or "off".')
      const install = dotfiles?.install ?? null
      await engine.setDotfiles(source === 'off' ? null : { source, install, interactive: asks }, run)
      return
    }
    case 'dotfiles-install': {
      const { dotfiles } = await engine.personal(folder)
      if (!dotfiles) throw misused('There are no dotfiles to install: set "dotfiles" first.')
      if (value === undefined) throw misused('"dotfiles-install" needs a command, or "off".')
      await engine.changePersonal(folder, { install: value === 'off' ? null : value })
      return
    }
    default:
      throw misused(`There is no setting "${sanitize(name)}".`)
  }
}

function switched(name: string, value: string | undefined): boolean {
  if (value !== 'on' && value !== 'off') throw misused(`"${name}" is either on or off.`)
  return value === 'on'
}

const misused = (problem: string) =>
  productError('usage', {
    problem,
    hint: 'Use "pristine settings", "… git-identity on|off", "… ssh-agent on|off", "… dotfiles GIT-URL|off", "… dotfiles-install COMMAND|off" or "… layer".',
  })

function print({ gitIdentity, sshAgent, dotfiles }: PersonalSettings, { used }: LayerState): void {
  const word = (on: boolean) => (on ? 'on' : 'off')
  printTable([
    [
      'git-identity',
      word(gitIdentity),
      'commands inside commit with the name and e-mail address of your git',
    ],
    ['ssh-agent', word(sshAgent), 'for this project: commands inside use the keys of your ssh agent'],
    [
      'dotfiles',
      dotfiles ? `${sanitize(dotfiles.source)} at ${dotfiles.commit.slice(0, 7)}` : 'off',
      'put into the home folder of each new container; without a URL they are fetched again',
    ],
    [
      'dotfiles-install',
      dotfiles?.install ? sanitize(dotfiles.install) : 'off',
      'the file or command that installs them (default: install.sh, bootstrap.sh, setup.sh …)',
    ],
    [
      'layer',
      used === null ? 'off' : used === 'all' ? 'for all projects' : 'for this project',
      'features, mounts, variables and hooks of your own: see "pristine settings layer"',
    ],
  ])
}
