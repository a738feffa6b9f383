import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { productError } from '../../../shared/errors.ts'
import type { LayerScope, LayerState } from '../../../shared/layer.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { editText } from '../edit-text.ts'
import { printJson, printLine, printNote, printTable } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine settings layer [set|edit|clear|on|off]`: what the person's environments get beside their definitions. */
export async function layer(
  session: Session,
  { project }: { project?: boolean },
  [action, file]: (string | undefined)[],
): Promise<number> {
  const { engine, folder } = session
  const scope: LayerScope = project ? 'project' : 'all'
  if (file !== undefined && action !== 'set') throw misused(`"${sanitize(action ?? '')}" takes no file.`)
  if (project && (action === undefined || action === 'on' || action === 'off'))
    throw misused(
      '"--project" goes with "set", "edit" and "clear"; the others are about this project anyway.',
    )
  switch (action) {
    case undefined:
      return show(session, await engine.layer(folder))
    case 'set':
      if (file === undefined) throw misused('"set" needs a file, or "-" for what it is piped.')
      return changed(session, await engine.setLayer(folder, { scope, ...(await textIn(session, file)) }))
    case 'edit':
      return edit(session, scope)
    case 'clear':
      return changed(session, await engine.clearLayer(folder, scope))
    case 'on':
    case 'off':
      return changed(session, await engine.switchLayer(folder, action === 'on'))
    default:
      throw misused(`There is no "settings layer ${sanitize(action)}".`)
  }
}

const misused = (problem: string) =>
  productError('usage', {
    problem,
    hint: 'Use "pristine settings layer", "… layer set FILE", "… layer edit", "… layer clear" (each with --project for this project alone), or "… layer on|off".',
  })

async function textIn({ folder }: Session, file: string): Promise<{ text: string; file: string }> {
  if (file === '-') return { text: await textOf(process.stdin), file: 'standard input' }
  const found = path.resolve(file)
  const name = sanitize(path.relative(folder, found))
  const content = await readFile(found).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    throw misused(`${name} cannot be read (${code}).`)
  })
  if (!isUtf8(content)) throw misused(`${name} is not UTF-8.`)
  return { text: content.toString('utf8'), file: found }
}

const NEW = `// Your own layer: what your environments get beside what their repositories define.
// It takes these members, as devcontainer.json has them. "pristine up" applies it.
{
  // "features": { "ghcr.io/devcontainers/features/github-cli:1": {} },
  // "mounts": ["type=volume,source=history,target=/history"],
  // "containerEnv": { "HISTFILE": "/history/shell" },
  // "remoteEnv": { "EDITOR": "vim" },
  // "postCreateCommand": "echo ready"
}
`

async function edit(session: Session, scope: LayerScope): Promise<number> {
  const { engine, folder } = session
  if (!session.interactive) throw misused('"edit" needs a terminal.')
  const before = (await engine.layer(folder))[scope]?.text ?? NEW
  const edited = await editText(process.env, 'layer.jsonc', before)
  if (edited.text === before) {
    await edited.remove()
    printNote('Nothing was changed.')
    return 0
  }
  // What cannot be used stays in its file: the error names it.
  const state = await engine.setLayer(folder, { scope, text: edited.text, file: edited.file })
  await edited.remove()
  return changed(session, state)
}

function changed(session: Session, state: LayerState): number {
  if (session.json) printJson({ layer: state })
  else printLine(inUse(state))
  printNote('It counts once "pristine up" has replaced the environment.')
  return 0
}

function show(session: Session, state: LayerState): number {
  if (session.json) {
    printJson({ layer: state })
    return 0
  }
  printTable([
    ['for all projects', state.all ? sanitize(state.all.file) : 'none'],
    ['for this project', state.project ? sanitize(state.project.file) : 'none'],
  ])
  printLine(inUse(state))
  const used = state.used && state[state.used]
  if (used) printLine(`\n${used.text.trimEnd()}`)
  return 0
}

function inUse({ used, off }: LayerState): string {
  if (off)
    return 'The next "pristine up" runs this project without your layer: it is off ("pristine settings layer on").'
  if (used === null) return 'You have no layer for this project.'
  const which = used === 'project' ? 'the layer that you have for it alone' : 'your layer for all projects'
  return `The next "pristine up" runs this project with ${which}.`
}
