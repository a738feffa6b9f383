import { spawn } from 'node:child_process'
import type { Editor, EditorId } from '../../shared/editor.ts'
import { productError } from '../../shared/errors.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { launchOfContainer } from '../environment/image/launch-version.ts'
import { findProgram } from '../host/find-program.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

type Environment = Record<string, string | undefined>

/** How an editor is called, on the PATH and where macOS keeps it. All of them take the same address of a container. */
const EDITORS: Record<EditorId, { name: string; command: string; mac: string }> = {
  vscode: { name: 'VS Code', command: 'code', mac: 'Visual Studio Code' },
  'vscode-insiders': {
    name: 'VS Code Insiders',
    command: 'code-insiders',
    mac: 'Visual Studio Code - Insiders',
  },
  cursor: { name: 'Cursor', command: 'cursor', mac: 'Cursor' },
}

/** The editors of this computer that can open a running container. */
export async function listEditors(env: Environment): Promise<Editor[]> {
  const ids = Object.keys(EDITORS) as EditorId[]
  const programs = await Promise.all(ids.map((id) => findEditor(env, id)))
  return ids.filter((_, index) => programs[index]).map((id) => ({ id, name: EDITORS[id].name }))
}

/**
 * Opens a project's running environment in an editor, in its workspace folder; by default in the first available one.
 * Returns which.
 * Errors: `editor-missing`, `editor-failed`, `environment-not-running`, `version-gone`.
 */
export async function openEditor(host: Host, project: Project, wanted?: EditorId): Promise<Editor> {
  const id = wanted ?? (await listEditors(host.env))[0]?.id
  const program = id && (await findEditor(host.env, id))
  if (!program) {
    const looked = id ? [EDITORS[id]] : Object.values(EDITORS)
    const [names, commands] = [looked.map(({ name }) => name), looked.map(({ command }) => command)]
    throw productError('editor-missing', { names, commands })
  }
  const { name } = EDITORS[id]
  const { engine, facts } = await readCurrentState(host, project)
  const container = facts.containers.find(({ running }) => running)
  if (!container) throw productError('environment-not-running', { name: project.name })
  const { run } = await launchOfContainer(host, project, container)
  await start(name, program, containerAddress(container.name, engine.address, run.workspaceFolder), host.env)
  return { id, name }
}

/**
 * The address of a folder in a running container, as the editors' container extension reads it: the authority holds JSON
 * in hexadecimal (microsoft/vscode-remote-release#5867, #8764).
 */
export function containerAddress(container: string, engine: string, folder: string): string {
  const target = JSON.stringify({ containerName: `/${container}`, settings: { host: engine } })
  const place = folder.split('/').map(encodeURIComponent).join('/')
  return `vscode-remote://attached-container+${Buffer.from(target).toString('hex')}${place}`
}

/** In milliseconds: an editor that still runs by then has not refused. */
const REFUSAL = 3_000

async function start(name: string, program: string, address: string, env: Environment): Promise<void> {
  const args = ['--folder-uri', address]
  const options = { env, stdio: 'ignore', detached: true } as const
  const child =
    process.platform === 'win32'
      ? spawn(shellCommand(program, args), { ...options, shell: true })
      : spawn(program, args, options)
  const problem = await new Promise<string | undefined>((resolve) => {
    const goesOn = setTimeout(resolve, REFUSAL, undefined)
    const ended = (problem: string | undefined) => {
      clearTimeout(goesOn)
      resolve(problem)
    }
    child.once('error', (error) => ended(error.message))
    child.once('exit', (code) => ended(code === 0 ? undefined : `it ended with code ${code}`))
  })
  child.unref()
  if (problem !== undefined) throw productError('editor-failed', { name, problem })
}

/**
 * A command for the shell of Windows, which alone starts the script that an editor's program is there. Node joins words
 * with blanks and quotes none of them. Neither a path nor an address of ours holds a quotation mark.
 */
export const shellCommand = (program: string, args: string[]): string =>
  [program, ...args].map((word) => `"${word}"`).join(' ')

async function findEditor(env: Environment, id: EditorId): Promise<string | undefined> {
  const { command, mac } = EDITORS[id]
  const names = process.platform === 'win32' ? [`${command}.cmd`, `${command}.exe`] : [command]
  const more = process.platform === 'darwin' ? [`/Applications/${mac}.app/Contents/Resources/app/bin`] : []
  for (const name of names) {
    const file = await findProgram(env, name, more)
    if (file) return file
  }
  return undefined
}
