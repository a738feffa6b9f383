import type { LikelyCommand } from '../../shared/program-start.ts'
import type { ProjectPaths } from '../files/project-paths.ts'
import { textAt } from './draft/parsed-values.ts'
import { ProjectReader } from './draft/project-reader.ts'
import { readPackages } from './toolchains/node-packages.ts'

/** Scripts that start a program, the one for work on it first. */
const SCRIPTS = ['dev', 'start', 'serve']

/** Files that show how the program is started, if no script does. */
const USUAL: { files: string[]; command: string }[] = [
  // Django listens on localhost unless an address is given.
  { files: ['manage.py'], command: 'python manage.py runserver 0.0.0.0:8000' },
  { files: ['Cargo.toml', 'src/main.rs'], command: 'cargo run' },
  { files: ['go.mod', 'main.go'], command: 'go run .' },
]

/**
 * What most likely starts a project's program, from the files in its folder. Only reads. The command is made of words of
 * this file: a stranger's are none of it.
 */
export async function startCommand(project: ProjectPaths): Promise<LikelyCommand | null> {
  const look = await ProjectReader.into(project)
  const manifest = look.has('package.json') ? await look.json('package.json') : undefined
  const script = SCRIPTS.find((name) => (textAt(manifest, 'scripts', name) ?? '').trim() !== '')
  if (script !== undefined) {
    const { manager } = await readPackages(look, manifest)
    const tool = manager === 'berry' ? 'yarn' : manager
    const command = script === 'start' && tool !== 'bun' ? `${tool} start` : `${tool} run ${script}`
    return { command, from: 'package.json' }
  }
  for (const { files, command } of USUAL) {
    const [first] = files
    if (first !== undefined && files.every((file) => look.has(file))) return { command, from: first }
  }
  return null
}
