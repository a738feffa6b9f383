import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
/** All of the house, and its TypeScript projects with only the files that a forbidden import names. */
let copy: string
let projects: string

/** Copies in which imports can be broken without harm. */
beforeAll(async () => {
  copy = await copyOf([
    'app',
    'main',
    'renderer',
    'shared',
    'tsconfig.base.json',
    'biome.json',
    'package.json',
  ])
  const settings = ['shared', 'main', 'renderer'].map((project) => `${project}/tsconfig.json`)
  projects = await copyOf([
    ...settings,
    'tsconfig.base.json',
    'package.json',
    'main/host/notifier.ts',
    'app/cli/output.ts',
  ])
})
afterAll(() => Promise.all([copy, projects].map((folder) => rm(folder, { recursive: true, force: true }))))

async function copyOf(names: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-house-'))
  for (const name of names) await cp(path.join(root, name), path.join(folder, name), { recursive: true })
  await writeFile(path.join(folder, '.gitignore'), 'node_modules/\n')
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  return folder
}

const node = (folder: string, script: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}
/** Only these: the others are checked where the whole house is. */
const RESTRICTED = '--only=style/noRestrictedImports'
/** All files are read for it, even if one of them is asked for. */
const CYCLES = '--only=suspicious/noImportCycles'
const lint = (file: string, ...rules: string[]) =>
  node(copy, 'node_modules/@biomejs/biome/bin/biome', 'lint', '--vcs-enabled=false', ...rules, file)

async function withImport(
  full: string,
  from: string,
  check: () => { status: number | null; output: string },
) {
  await writeFile(full, `import * as forbidden from '${from}'\n\nexport const used = forbidden\n`)
  try {
    return check()
  } finally {
    await rm(full)
  }
}

test.each([
  ['shared/broken.ts', '../main/host/notifier.ts', 'shared'],
  ['main/broken.ts', '../app/cli/output.ts', 'main'],
  ['renderer/broken.ts', '../main/host/notifier.ts', 'renderer'],
])('%s may not import %s', async (file, from, project) => {
  const result = await withImport(path.join(projects, file), from, () =>
    node(projects, 'node_modules/typescript/bin/tsc', '-b', '--pretty', 'false', project),
  )
  expect(result.status).not.toBe(0)
  expect(result.output).toContain(`${file}(1,28): error TS6307`)
})

test.each([
  ['main/environment/broken.ts', 'dockerode'],
  ['app/cli/broken.ts', 'dockerode'],
  ['main/docker/broken.ts', 'electron'],
  ['main/environment/broken.ts', 'electron'],
  ['renderer/broken.ts', 'electron'],
])('%s may not import %s', async (file, from) => {
  const result = await withImport(path.join(copy, file), from, () => lint(file, RESTRICTED))
  expect(result.status).not.toBe(0)
  expect(result.output).toContain('noRestrictedImports')
})

test('an import circle is refused', async () => {
  await writeFile(
    path.join(copy, 'shared/one.ts'),
    "import { two } from './two.ts'\n\nexport const one: unknown = () => two\n",
  )
  await writeFile(
    path.join(copy, 'shared/two.ts'),
    "import { one } from './one.ts'\n\nexport const two: unknown = () => one\n",
  )
  const result = lint('shared', CYCLES)
  await Promise.all(['one', 'two'].map((name) => rm(path.join(copy, `shared/${name}.ts`))))
  expect(result.status).not.toBe(0)
  expect(result.output).toContain('noImportCycles')
})

test('the house as it stands is accepted', () => {
  const result = lint('.', RESTRICTED, CYCLES)
  expect(result.output).not.toContain('noRestrictedImports')
  expect(result.output).not.toContain('noImportCycles')
})
