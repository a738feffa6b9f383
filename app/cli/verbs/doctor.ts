import { type Doctor, describeRefusal, type EnginePlace } from '../../../shared/engine-state.ts'
import { productError } from '../../../shared/errors.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printNote, printTable } from '../output.ts'
import { confirms } from '../prompt.ts'
import type { Session } from '../session.ts'

const NO_ENGINE = 4

/** `pristine doctor`: what was looked for, found and refused, and what to do; `--install` does it after consent. */
export async function doctor(session: Session, { install }: { install?: boolean }): Promise<number> {
  let found = await session.engine.doctor()
  if (install && found.remedies.length > 0) {
    if (found.install.length === 0) throw productError('install-unsupported', {})
    if (!session.json) printCommands(found.install)
    if (!(await confirms(session, 'Installing an engine', 'Run these commands?'))) return NO_ENGINE
    await session.engine.install(session.run)
    found = await session.engine.doctor()
  }
  session.settle()
  if (session.json) printJson(found)
  else print(found)
  return found.remedies.length === 0 && found.home.problem === null ? 0 : NO_ENGINE
}

function printCommands(commands: string[]): void {
  printNote('This installs Docker Engine:')
  for (const command of commands) printNote(`  ${command}`)
}

function print({ places, remedies, install, git, home, platform, node }: Doctor): void {
  printLine(colour('bold', 'Engines'))
  printTable(places.map((place) => [`  ${mark(place)}`, sanitize(place.address), describe(place)]))
  printLine(colour('bold', 'This computer'))
  printTable([
    [`  ${good(git !== null)}`, 'git', git ?? 'not found: cloning needs it'],
    [`  ${good(home.problem === null)}`, 'data', sanitize(home.problem ?? home.path)],
    ['  ·', 'system', `${platform}, Node ${node}`],
  ])
  if (remedies.length === 0) return
  printLine(colour('bold', 'What you can do'))
  for (const { text, command } of remedies) {
    printLine(`  ${text}:`)
    printLine(`    ${colour('cyan', command)}`)
  }
  if (install.length > 0) printLine('  "pristine doctor --install" installs one after asking.')
}

const good = (is: boolean): string => (is ? colour('green', '✓') : colour('red', '✗'))

function mark({ chosen, found }: EnginePlace): string {
  if (found.kind === 'engine') return chosen ? colour('green', '✓') : '·'
  return chosen || found.kind === 'forbidden' ? colour('red', '✗') : colour('dim', '–')
}

const FROM = {
  settings: 'chosen in the settings',
  DOCKER_HOST: 'named by DOCKER_HOST',
  context: 'a Docker context',
  usual: '',
} as const

function describe({ from, context, chosen, found }: EnginePlace): string {
  const who = context === null ? FROM[from] : `the Docker context "${sanitize(context)}"`
  return [what(found), ...(chosen && found.kind === 'engine' ? ['used'] : []), ...(who ? [who] : [])].join(
    ' · ',
  )
}

function what(found: EnginePlace['found']): string {
  switch (found.kind) {
    case 'engine':
      return `${found.name} ${sanitize(found.version)}${found.buildkit ? '' : ', without BuildKit'}`
    case 'nothing':
      return 'nothing answers'
    case 'forbidden':
      return found.refusal ? `no permission: ${sanitize(describeRefusal(found.refusal))}` : 'no permission'
    case 'other':
      return sanitize(found.problem)
  }
}
