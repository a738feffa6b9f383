import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Contents } from '../../../main/build/kept-contents.ts'
import { historicFolder } from '../../../main/build/restore-version-inputs.ts'
import { foundAsToday, storeReading } from '../../../main/definition/version-files.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import type { InputFile, PlanService } from '../../../shared/plan.ts'
import { readRun } from '../definition/project.ts'
import { scratch } from '../inputs/scratch.ts'

/* What the hooks of an earlier version find otherwise than the folder has it today. */

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('is what its scripts read then: what came later is not there, and what is gone is', async () => {
  const then: Record<string, string> = {
    'setup.sh': 'cat conf/*.conf',
    'conf/a.conf': 'a',
    'conf/gone.conf': 'gone',
    'conf/ignored.conf': 'ignored',
  }
  const today = {
    'setup.sh': 'true',
    'conf/a.conf': 'a',
    'conf/b.conf': 'b',
    'other/c': '',
    'package-lock.json': '{}',
  }
  const files = Object.entries(today).map(([name, text]) => [`project/${name}`, text])
  await using all = await scratch(Object.fromEntries(files))
  const folder = all.at('project')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder })
  git('init', '-q')
  git('add', '.')
  const env = { ...process.env, PRISTINE_HOME: all.at('home') }
  const home = openHome(env)
  for (const text of Object.values(then)) await all.write(`home/blobs/${sha256(text)}`, text)
  const inputs = Object.entries(then).map(([name, text]): InputFile => [name, false, sha256(text)])
  const run = await readRun({ onCreateCommand: 'sh setup.sh' })
  const service = { name: 'app', run } as unknown as PlanService
  const plan = { file: 'devcontainer.json', services: [service], inputs }
  const historic = async (isFoundAsToday = true) => {
    const said = isFoundAsToday ? { globs: [], texts: [] } : undefined
    const contents = await Contents.open({ home, env }, await openProject(folder))
    return (await historicFolder(plan, 1, contents, said)).map(({ kind, path }) => `${kind} ${path}`)
  }
  expect((await historic()).sort()).toEqual([
    'absent conf/b.conf',
    'absent package-lock.json',
    'file conf/gone.conf',
    'file conf/ignored.conf',
    'file setup.sh',
  ])
  // By other rules, more of the folder may have been there.
  expect((await historic(false)).sort()).toEqual([
    'file conf/gone.conf',
    'file conf/ignored.conf',
    'file setup.sh',
  ])
  // Hooks never found what git ignores: whether it is that is not known of what it was.
  await all.write('project/.gitignore', 'ignored.conf\n')
  await expect(historic()).rejects.toMatchObject({
    code: 'version-gone',
    data: { missing: ['conf/ignored.conf'] },
  })
  await rm(all.at(`home/blobs/${sha256('gone')}`))
  await expect(historic()).rejects.toMatchObject({
    data: { missing: ['conf/gone.conf', 'conf/ignored.conf'] },
  })
})

test('a submodule that is at another commit today is named, and not taken as it is', async () => {
  await using all = await scratch({ 'project/setup.sh': 'make -C lib\n', 'lib/Makefile': 'all:\n' })
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-C', all.at(cwd), '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args])
      .toString()
      .trim()
  const commit = (message: string) => {
    git('lib', 'add', '.')
    git('lib', 'commit', '-qm', message)
    return git('lib', 'rev-parse', 'HEAD')
  }
  git('lib', 'init', '-q')
  const then = commit('one')
  git('project', 'init', '-q')
  git('project', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', all.at('lib'), 'lib')
  git('project', 'add', '.')
  const env = { ...process.env, PRISTINE_HOME: all.at('home') }
  const home = openHome(env)
  const inputs: InputFile[] = [['lib', false, `commit ${then}`]]
  const plan = { file: 'devcontainer.json', services: [], inputs }
  const historic = async () =>
    historicFolder(
      plan,
      1,
      await Contents.open({ home, env }, await openProject(all.at('project'))),
      undefined,
    )
  expect(await historic()).toEqual([])
  await all.write('lib/Makefile', 'all: other\n')
  commit('two')
  git('project/lib', '-c', 'protocol.file.allow=always', 'pull', '-q')
  git('project', 'add', 'lib')
  await expect(historic()).rejects.toMatchObject({
    code: 'version-gone',
    data: { missing: [`the submodule lib at ${then.slice(0, 12)}`] },
  })
})

test('has nothing that came later beside the definition or by its globs', async () => {
  const onCreateCommand = 'sh .devcontainer/setup.sh && npm run build'
  const settings = {
    build: { dockerfile: 'Dockerfile' },
    customizations: { pristine: { inputs: ['src/**'] } },
  }
  await using all = await scratch({
    'project/.devcontainer/devcontainer.json': JSON.stringify({ ...settings, onCreateCommand }),
    'project/.devcontainer/Dockerfile': 'FROM scratch\n',
    'project/.devcontainer/setup.sh': 'DIR=$(dirname "$0"); cp -r "$DIR/files" /opt\n',
    'project/.devcontainer/files/a': '',
    'project/.gitignore': '*.log\n',
    'project/src/a.ts': '',
  })
  const git = (...args: string[]) => execFileSync('git', args, { cwd: all.at('project') })
  git('init', '-q')
  git('add', '.')
  const env = { ...process.env, PRISTINE_HOME: all.at('home') }
  const home = openHome(env)
  const project = await openProject(all.at('project'))
  const engine = () => Promise.reject(new Error('nobody asks an engine'))
  const { definition, id, plan } = await planProject(
    { home, env, engine },
    project,
    { frozen: true },
    silentRun(),
  )
  await storeReading(home, id, definition)
  const later = async () => {
    const contents = await Contents.open({ home, env }, project)
    return historicFolder(plan, 1, contents, foundAsToday(home, id))
  }
  expect(await later()).toEqual([])
  const added = ['.devcontainer/files/b', '.devcontainer/new', 'src/b.ts', 'src/new.ts']
  for (const name of [...added, 'src/own.log', 'other']) await all.write(`project/${name}`, '')
  git('add', added[0] ?? '', 'src/b.ts', 'other')
  expect((await later()).toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(
    added.map((path) => ({ kind: 'absent', path })),
  )
})
