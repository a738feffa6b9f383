import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { git } from '../../engine/git.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'

/* What of a clone, and of nothing that is committed, makes its version another one: it is named, or makes no difference. */

const FILE = '.devcontainer/devcontainer.json'
const PINNED = JSON.stringify({ images: {}, downloads: {}, lockVersion: 1 })
const BUILD = { build: { dockerfile: '../Dockerfile', context: '..' } }
const HOOK = { ...BUILD, onCreateCommand: 'npm ci && sh tools/x.sh' }

/** A repository `origin/shop` with a definition and further files. */
async function repository(definition: object, files: Record<string, string> = {}): Promise<Scratch> {
  const all: Record<string, string> = {
    [FILE]: JSON.stringify(definition),
    '.devcontainer/pristine.lock': PINNED,
    Dockerfile: 'FROM scratch\nCOPY src /src\n',
    'src/a.txt': 'one\n',
    ...files,
  }
  const folder = await scratch(
    Object.fromEntries(Object.entries(all).map(([name, text]) => [`origin/shop/${name}`, text])),
  )
  git(folder.at('origin/shop'), 'init', '-q', '-b', 'main')
  commit(folder)
  return folder
}

const commit = (folder: Scratch): void => {
  git(folder.at('origin/shop'), 'add', '-A')
  git(folder.at('origin/shop'), 'commit', '-q', '-m', 'All')
}

/** A clone of it in `name/shop`. */
function clone(folder: Scratch, name: string, ...options: string[]): string {
  const from = ['-c', 'protocol.file.allow=always', 'clone', '-q', ...options]
  execFileSync('git', [...from, folder.at('origin/shop'), folder.at(`${name}/shop`)])
  return folder.at(`${name}/shop`)
}

/** Adds the repository `module` with some files as a submodule. */
async function addModule(folder: Scratch, files: Record<string, string>, place = 'mod'): Promise<void> {
  await folder.folder('module')
  git(folder.at('module'), 'init', '-q', '-b', 'main')
  for (const [name, text] of Object.entries(files)) await folder.write(`module/${name}`, text)
  git(folder.at('module'), 'add', '-A')
  git(folder.at('module'), 'commit', '-q', '-m', 'All')
  const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add']
  git(folder.at('origin/shop'), ...add, folder.at('module'), place)
  commit(folder)
}

let homes = 0
async function planned(folder: Scratch, shop: string, env: NodeJS.ProcessEnv = process.env) {
  const home = openHome({ PRISTINE_HOME: folder.at(`home-${homes++}`) })
  const engine = () => Promise.reject(productError('engine-missing', { tried: ['nothing'] }))
  const { id, plan, warnings } = await planProject(
    { home, env, engine },
    await openProject(shop),
    { frozen: true },
    silentRun(),
  )
  return { id, inputs: plan.inputs.map(([name]) => name), warnings: warnings.map(({ message }) => message) }
}

const INPUTS = ['package-lock.json', 'package.json', 'tools/x.sh']
const SCRIPTS = { 'package-lock.json': '{}', 'package.json': '{}', 'tools/x.sh': 'echo\n' }

describe('where git has its folder elsewhere, and it cannot be read, all files count and a warning says so', () => {
  test('a worktree whose repository was moved', async () => {
    await using folder = await repository(HOOK, SCRIPTS)
    await folder.folder('tree')
    git(folder.at('origin/shop'), 'worktree', 'add', '-q', folder.at('tree/shop'))
    const before = await planned(folder, folder.at('tree/shop'))
    expect(before).toMatchObject({ inputs: INPUTS, warnings: [] })
    await rename(folder.at('origin'), folder.at('moved'))
    const warnings = [expect.stringContaining('Which files git tracks cannot be read here: ".git"')]
    expect(await planned(folder, folder.at('tree/shop'))).toEqual({ ...before, warnings })
    await folder.write('tree/shop/package-lock.json', '{"a":1}')
    expect((await planned(folder, folder.at('tree/shop'))).id).not.toBe(before.id)
  })

  test.each(['gitdir: C:/work/shop/.git/worktrees/shop\n', 'nothing\n'])('.git holds %j', async (text) => {
    await using folder = await repository(HOOK, SCRIPTS)
    const shop = folder.at('origin/shop')
    await rm(`${shop}/.git`, { recursive: true })
    await folder.write('origin/shop/.git', text)
    expect(await planned(folder, shop)).toMatchObject({
      inputs: INPUTS,
      warnings: [expect.stringContaining('cannot be read here')],
    })
    // Nor is that file an input of a hook that reads everything.
    await folder.write(`origin/shop/${FILE}`, JSON.stringify({ ...BUILD, onCreateCommand: 'cp -r . /opt' }))
    expect((await planned(folder, shop)).inputs).not.toContain('.git')
  })

  test('a submodule', async () => {
    await using folder = await repository({ ...BUILD, onCreateCommand: 'sh mod/x.sh' })
    await addModule(folder, { 'x.sh': 'echo\n' })
    const shop = clone(folder, 'whole', '--recurse-submodules')
    const before = await planned(folder, shop)
    expect(before.inputs).toContain('mod/x.sh')
    await rm(`${shop}/.git/modules`, { recursive: true })
    const { inputs, warnings } = await planned(folder, shop)
    expect(inputs).toContain('mod/x.sh')
    expect(warnings).toEqual([expect.stringContaining('or that of a submodule, leads nowhere')])
  })

  test.each(['a folder', 'a pipe'])('an index that is %s', async (kind) => {
    await using folder = await repository(HOOK, SCRIPTS)
    const index = folder.at('origin/shop/.git/index')
    await rm(index)
    if (kind === 'a pipe') execFileSync('mkfifo', [index])
    else await mkdir(index)
    const { warnings } = await planned(folder, folder.at('origin/shop'))
    expect(warnings).toEqual([expect.stringContaining('cannot be read here')])
  })

  test.skipIf(process.getuid?.() === 0)('a git folder of another user', async () => {
    await using folder = await repository(HOOK, SCRIPTS)
    await chmod(folder.at('origin/shop/.git'), 0)
    try {
      const { inputs, warnings } = await planned(folder, folder.at('origin/shop'))
      expect([inputs, warnings]).toEqual([INPUTS, [expect.stringContaining('cannot be read here')]])
    } finally {
      await chmod(folder.at('origin/shop/.git'), 0o700)
    }
  })
})

describe("git's own folder", () => {
  test.each(['mod/**', '**', 'mod'])('is no input by the glob %s, in a worktree neither', async (glob) => {
    await using folder = await repository({
      ...BUILD,
      customizations: { pristine: { inputs: [glob] } },
    })
    await addModule(folder, { 'x.sh': 'echo\n' })
    const shop = clone(folder, 'whole', '--recurse-submodules')
    await folder.folder('tree')
    git(shop, 'worktree', 'add', '-q', '--detach', folder.at('tree/shop'))
    git(folder.at('tree/shop'), '-c', 'protocol.file.allow=always', 'submodule', '-q', 'update', '--init')
    const before = await planned(folder, shop)
    expect(before.inputs).toContain('mod/x.sh')
    expect(before.inputs.filter((name) => name.includes('.git'))).toEqual(
      glob === '**' ? ['.gitmodules'] : [],
    )
    expect(before.warnings).toEqual([])
    expect(await planned(folder, folder.at('tree/shop'))).toEqual(before)
  })

  test.each([
    ['a bind mount', 'FROM scratch\nRUN --mount=type=bind,source=.git,target=.git git describe\n', []],
    ['COPY', 'FROM scratch\nCOPY .git/HEAD /\n', []],
    ['a glob that names it', 'FROM scratch\n', ['.git/HEAD']],
  ])('is named where it is one by %s', async (_, dockerfile, inputs) => {
    const definition = { ...BUILD, customizations: { pristine: { inputs } } }
    await using folder = await repository(definition, { Dockerfile: dockerfile })
    const { warnings } = await planned(folder, folder.at('origin/shop'))
    expect(warnings).toEqual([
      expect.stringMatching(
        /^\.git: git's own folder is part of the version, and so every clone has another/,
      ),
    ])
  })
})

describe('what a clone lacks is named with what brings it', () => {
  const sparse = (shop: string, ...patterns: string[]) =>
    git(shop, 'sparse-checkout', 'set', '--no-cone', '/*', ...patterns.map((pattern) => `!/${pattern}`))

  test.each([
    ['a glob', { customizations: { pristine: { inputs: ['config/**/*.ini'] } } }, 'config/deep/a.ini'],
    ['a folder', { customizations: { pristine: { inputs: ['config'] } } }, 'config/deep/a.ini'],
    ['a feature', { features: { './tool': {} } }, '.devcontainer/tool/data/a.ini'],
    ['a file beside it', { onCreateCommand: 'true' }, '.devcontainer/conf/a.ini'],
    ['an ignore file', {}, 'Dockerfile.dockerignore'],
  ])('by %s, of a sparse checkout', async (_, more, left) => {
    const feature = JSON.stringify({ id: 'tool', version: '1.0.0', name: 'Tool' })
    await using folder = await repository(
      { ...BUILD, ...more },
      {
        '.devcontainer/tool/devcontainer-feature.json': feature,
        '.devcontainer/tool/install.sh': 'true\n',
        [left]: 'src\n',
        'other/b.ini': '',
      },
    )
    const before = await planned(folder, folder.at('origin/shop'))
    const shop = clone(folder, 'sparse')
    sparse(shop, left, 'other')
    const { id, warnings } = await planned(folder, shop)
    expect(id).not.toBe(before.id)
    expect(warnings).toEqual([
      `${left}: not here, because the checkout is sparse. A clone that has it whole makes another version; "git sparse-checkout disable" brings it.`,
    ])
  })

  test.each(['mod/**', 'mod', '**', 'mod/*.txt', '*/deep/a.txt'])(
    'by the glob %s, of a submodule',
    async (glob) => {
      await using folder = await repository({ ...BUILD, customizations: { pristine: { inputs: [glob] } } })
      await addModule(folder, { 'a.txt': '', 'deep/a.txt': '' })
      expect((await planned(folder, clone(folder, 'whole', '--recurse-submodules'))).warnings).toEqual([])
      const { warnings } = await planned(folder, clone(folder, 'bare'))
      expect(warnings).toEqual([expect.stringContaining('"git submodule update --init mod" brings it')])
    },
  )

  test.each(['COPY mod/*.txt /x/', 'COPY m* /x/', 'COPY src /src'])('of a build: %s', async (line) => {
    await using folder = await repository(BUILD, { Dockerfile: `FROM scratch\nCOPY src ${line.slice(5)}\n` })
    await addModule(folder, { 'a.txt': '' })
    const { warnings } = await planned(folder, clone(folder, 'bare'))
    expect(warnings.length).toBe(line.includes('m') ? 1 : 0)
  })
})

describe('filters and encodings, wherever attributes are written', () => {
  const STRIP = ['-c', 'filter.strip.clean=grep -v OUTPUT', '-c', 'filter.strip.smudge=cat']
  const NAMED = 'src/a.ipynb: different from what git keeps, because of an edit or of a filter'

  test.each<[string, (folder: Scratch) => Promise<void>]>([
    ["the person's file", (folder) => folder.write('own/git/attributes', '*.ipynb filter=strip\n')],
    [
      'the repository of a worktree',
      (folder) => folder.write('origin/shop/.git/info/attributes', '*.ipynb filter=strip\n'),
    ],
    ['a macro', (folder) => folder.write('tree/shop/.gitattributes', '[attr]nb filter=strip\n*.ipynb nb\n')],
  ])('a filter in %s', async (_, write) => {
    await using folder = await repository(BUILD, { 'src/a.ipynb': 'code\n' })
    await folder.folder('tree')
    git(folder.at('origin/shop'), 'worktree', 'add', '-q', folder.at('tree/shop'))
    await write(folder)
    const env = { ...process.env, XDG_CONFIG_HOME: folder.at('own') }
    expect((await planned(folder, folder.at('tree/shop'), env)).warnings).toEqual([])
    await folder.write('tree/shop/src/a.ipynb', 'code\nOUTPUT\n')
    const changed = execFileSync('git', [...STRIP, 'diff', '--name-only', '--', 'src'], {
      cwd: folder.at('tree/shop'),
      env,
      encoding: 'utf8',
    })
    expect(changed).toBe('')
    for (const PATH of [process.env['PATH'], '/nowhere']) {
      const { warnings } = await planned(folder, folder.at('tree/shop'), { ...env, PATH })
      expect(warnings).toEqual([expect.stringContaining(NAMED)])
    }
  })

  test('a filter of a submodule', async () => {
    await using folder = await repository({ ...BUILD, customizations: { pristine: { inputs: ['mod'] } } })
    await addModule(folder, { 'deep/a.ipynb': 'code\n' })
    const shop = folder.at('origin/shop')
    await folder.write('origin/shop/.git/modules/mod/info/attributes', '/deep/* filter=strip\n')
    expect((await planned(folder, shop)).warnings).toEqual([])
    await folder.write('origin/shop/mod/deep/a.ipynb', 'code\nOUTPUT\n')
    const { warnings } = await planned(folder, shop)
    expect(warnings).toEqual([expect.stringContaining('mod/deep/a.ipynb: different from what git keeps')])
  })

  test('a CRLF text of a submodule that was edited, and a new one', async () => {
    await using folder = await repository({ ...BUILD, onCreateCommand: 'true' })
    await addModule(folder, { 'a.txt': 'one\n' }, '.devcontainer/mod')
    const [unix, windows] = ['unix', 'windows'].map((name) =>
      clone(folder, name, '--recurse-submodules', '-c', `core.autocrlf=${name === 'windows'}`),
    ) as [string, string]
    git(`${windows}/.devcontainer/mod`, 'config', 'core.autocrlf', 'true')
    await folder.write('unix/shop/.devcontainer/mod/a.txt', 'two\n')
    await folder.write('windows/shop/.devcontainer/mod/a.txt', 'two\r\n')
    for (const shop of ['unix/shop', 'windows/shop'])
      await folder.write(`${shop}/.devcontainer/mod/new.sh`, '')
    const [before, after] = [await planned(folder, unix), await planned(folder, windows)]
    expect(before.inputs).toEqual(['.devcontainer/mod/a.txt', '.devcontainer/mod/new.sh'])
    expect(after).toEqual(before)
  })

  test('$Id$, which clones have with its value', async () => {
    await using folder = await repository(BUILD, { 'src/a.c': '$Id$\n', '.gitattributes': '*.c ident\n' })
    const before = await planned(folder, folder.at('origin/shop'))
    const { id, warnings } = await planned(folder, clone(folder, 'other'))
    expect(id).not.toBe(before.id)
    expect(warnings).toEqual([expect.stringContaining('src/a.c: different from what git keeps')])
  })

  test.each([
    ['', true],
    [' eol=crlf', false],
    [' -text', false],
  ])('an encoding, with%j', async (attribute, named) => {
    await using folder = await repository(BUILD, {
      '.gitattributes': `*.ps1 text working-tree-encoding=UTF-16LE${attribute}\n`,
      'src/a.ps1': Buffer.from('a\nb\n', 'utf16le').toString(),
    })
    const [unix, windows] = [clone(folder, 'unix'), clone(folder, 'windows', '-c', 'core.autocrlf=true')]
    const [before, after] = [await planned(folder, unix), await planned(folder, windows)]
    expect(before.id === after.id).toBe(!named)
    const warning = expect.stringContaining('src/a.ps1: written by git in another encoding')
    for (const { warnings } of [before, after]) expect(warnings).toEqual(named ? [warning] : [])
  })
})

test('a repository in the home of a person is no git root, and that is said of a project that it tracks', async () => {
  await using folder = await scratch({
    [`work/apps/shop/${FILE}`]: JSON.stringify({ ...BUILD, onCreateCommand: 'npm ci' }),
    'work/apps/shop/.devcontainer/pristine.lock': PINNED,
    'work/apps/shop/Dockerfile': 'FROM scratch\n',
    'work/package-lock.json': '{}',
  })
  const shop = folder.at('work/apps/shop')
  const before = process.env['HOME']
  process.env['HOME'] = folder.at('work')
  try {
    git(folder.at('work'), 'init', '-q')
    expect((await planned(folder, shop)).warnings).toEqual([])
    git(folder.at('work'), 'add', '-A')
    const { inputs, warnings } = await planned(folder, shop)
    expect([inputs, warnings]).toEqual([
      [],
      [expect.stringContaining(`The repository in ${folder.at('work')}`)],
    ])
    process.env['HOME'] = folder.at('other')
    expect(await planned(folder, shop)).toMatchObject({ inputs: ['../../package-lock.json'], warnings: [] })
  } finally {
    process.env['HOME'] = before
  }
})
