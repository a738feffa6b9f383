import { readdirSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '../../fixtures/compose')

/** A folder of Compose files, and how they are read. */
export interface Case {
  name: string
  path: string
  files: string[]
  profiles: string[]
  env: Record<string, string>
  /** The name of the stack that Compose is told; none where the files say it. */
  stack: string | undefined
}

const SPECIAL: Record<string, Partial<Case>> = {
  database: { files: ['.devcontainer/compose.yaml'] },
  'interpolation-computer': { env: { TAG: 'computer', PRISTINE_TEST_A: 'here' } },
  name: { stack: undefined },
  profiles: { profiles: ['debug'] },
  'reset-three': { files: ['a.yaml', 'b.yaml', 'c.yaml'] },
  'three-files': { files: ['a.yml', 'dev/b.yml', 'c.yml'] },
}

/** Every folder of fixtures. */
export const CASES: Case[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const at = path.join(folder, name)
    const found = readdirSync(at)
    const usual = ['compose.yaml', 'compose.override.yaml'].filter((file) => found.includes(file))
    return { name, path: at, files: usual, profiles: [], env: {}, stack: 'stack', ...SPECIAL[name] }
  })

/** The file with what docker-compose makes of each, by its name; with `PROJECT`, `BESIDE` and `HOME` for the folders. */
export const ANSWERS = path.join(folder, 'answers.json')

/** A text of docker-compose's answer, with the folders of a case as they are named here, and dollars as they are. */
export const answerText = (text: string, project: string, home: string): string =>
  text
    .replaceAll(`"${project}`, '"PROJECT')
    .replaceAll(`"${path.dirname(project)}`, '"BESIDE')
    .replaceAll(`"${home}`, '"HOME')
    .replaceAll('$$', '$')
