import path from 'node:path'
import { expect, test } from 'vitest'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { git } from '../../engine/git.ts'
import { type Scratch, scratch } from './scratch.ts'

/* A commit that changes what a hook reads makes another version. */

async function committed(made: Scratch): Promise<string> {
  const folder = made.at('shop')
  git(folder, 'init', '-q')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'Change')
  const host = {
    home: openHome({ PRISTINE_HOME: made.at('home') }),
    env: process.env,
    engine: () => Promise.reject(productError('engine-missing', { tried: ['nothing'] })),
  }
  return (await planProject(host, await openProject(folder), { frozen: true }, silentRun())).id
}

test.each<[string, string, Record<string, string>]>([
  [
    'pip install -r requirements/dev.txt',
    'libs/common/common/__init__.py',
    { 'requirements/dev.txt': './libs/common\n' },
  ],
  ['pip install -r reqs/dev.in', 'libs/a.py', { 'reqs/dev.in': '-r base.in\n', 'reqs/base.in': './libs\n' }],
  ['conda env update -f env.yml', 'libs/common/a.py', { 'env.yml': '- pip:\n  - ./libs/common\n' }],
  ['pip install libs/common/', 'libs/common/common/a.py', {}],
  ['uv tool install tools/cli/', 'tools/cli/c/a.py', {}],
  ['npm i -g tools/cli', 'tools/cli/a.js', {}],
  ['brew bundle', 'Brewfile', {}],
  ['deno task setup', 'tools/a.ts', { 'deno.json': '{"tasks": {"setup": "deno run tools/a.ts"}}' }],
  ['ansible-playbook ansible/setup.yml', 'ansible/roles/base/tasks/main.yml', { 'ansible/setup.yml': '' }],
  ['chezmoi apply --source dotfiles', 'dotfiles/dot_bashrc', {}],
])('%s: a change of %s', async (hook, file, others) => {
  const definition = { build: { dockerfile: '../Dockerfile' }, onCreateCommand: hook }
  const files = {
    '.devcontainer/devcontainer.json': JSON.stringify(definition),
    '.devcontainer/pristine.lock': JSON.stringify({ images: {}, downloads: {}, lockVersion: 1 }),
    Dockerfile: 'FROM scratch\n',
    [file]: 'one\n',
    'src/other.txt': 'one\n',
    ...others,
  }
  const named = Object.entries(files).map(([name, text]) => [path.join('shop', name), text])
  await using made = await scratch(Object.fromEntries(named))
  const first = await committed(made)
  await made.write('shop/src/other.txt', 'two\n')
  expect(await committed(made)).toBe(first)
  await made.write(path.join('shop', file), 'two\n')
  expect(await committed(made)).not.toBe(first)
})
