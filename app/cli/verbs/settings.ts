import { clean } from '../../../shared/clean.ts'
import { productError } from '../../../shared/errors.ts'
import type { PersonalSettings } from '../../../shared/settings.ts'
import { printJson, printNote, printTable } from '../output.ts'
import type { Session } from '../session.ts'

const NAMES = { 'git-identity': 'gitIdentity', 'ssh-agent': 'sshAgent' } as const

/** `pristine settings [name on|off]`: what you give to environments of your own; no definition says it. */
export async function settings(session: Session, _options: object, [name, value]: string[]): Promise<number> {
  const { engine, folder } = session
  const personal =
    name === undefined
      ? await engine.personal(folder)
      : await engine.changePersonal(folder, changeOf(name, value))
  session.settle()
  if (session.json) {
    printJson({ settings: personal })
    return 0
  }
  print(personal)
  if (name !== undefined) printNote('It counts for what is started from now on: "pristine up".')
  return 0
}

function changeOf(name: string, value: string | undefined): Partial<PersonalSettings> {
  if (!Object.hasOwn(NAMES, name)) throw misused(`There is no setting "${clean(name)}".`)
  if (value !== 'on' && value !== 'off') throw misused(`"${name}" is either on or off.`)
  return { [NAMES[name as keyof typeof NAMES]]: value === 'on' }
}

const misused = (problem: string) =>
  productError('usage', {
    problem,
    hint: 'Use "pristine settings", "… settings git-identity on" or "… settings ssh-agent on".',
  })

function print({ gitIdentity, sshAgent }: PersonalSettings): void {
  const word = (on: boolean) => (on ? 'on' : 'off')
  printTable([
    [
      'git-identity',
      word(gitIdentity),
      'commands inside commit with the name and e-mail address of your git',
    ],
    ['ssh-agent', word(sshAgent), 'for this project: commands inside use the keys of your ssh agent'],
  ])
}
