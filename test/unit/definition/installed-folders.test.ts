import { expect, test } from 'vitest'
import { named } from './named-by-hook.ts'

const COMMON = ['libs/common/common/a.py', 'libs/common/setup.py']

test.each([
  ['pip install libs/common/', true],
  ['pip --quiet install -c constraints.txt libs/common', true],
  ['python3 -m pip install "libs/common[dev]"', true],
  ['pip install "common @ file:///workspaces/shop/libs/common"', true],
  ['pip install "$ROOT/libs/common"', true],
  ['pip install libs/$name', true],
  ['for d in libs/common libs/other; do pip install $d; done', true],
  ['pip install --no-index --find-links libs common', true],
  ['uv pip install libs/common', true],
  ['uv tool install libs/common/', true],
  ['uvx --from libs/common common', true],
  ['uv run --with ./libs/common common', true],
  ['pipx install ./libs/common', true],
  ['npm i -g libs/common', true],
  ['npm install libs/common --global', true],
  ['pnpm add -g ./libs/common', true],
  ['ansible-galaxy collection install ./libs/common', true],
  ['nix profile install ./libs#common', true],
  ['yarn global add file:libs/common', true],
  ['R CMD INSTALL --no-docs libs', true],
  ['chezmoi apply --source libs', true],
  ['chezmoi init --apply --source=libs/common', true],
  ['helm template shop libs/common', true],
  ['pip install -e libs/common', false],
  ['pip install --editable=libs/common', false],
  ['pip install common', false],
  ['pip install common; ls && cd libs/common', false],
  ['pip install "black==$VERSION"; for d in libs/common; do echo $d; done', false],
  ['pip install --target libs/common black', false],
  ['npm i -g @libs/common', false],
  ['npm i libs/common', false],
  ['uvx ruff check libs/common', false],
  ['uv sync --project libs/common', false],
  ['cpanm --installdeps libs/common', false],
])('%s takes a folder: %j', (hook, takes) => {
  const found = named(hook, { files: COMMON, workspaces: [/\/workspaces\/\w+/g] })
  expect(found.includes('libs/common/common/a.py')).toBe(takes)
})

test.each([
  ['./libs/common', true],
  ['libs/common[all] ; python_version > "3.8"  # ours', true],
  ['common @ file:./libs/common', true],
  [`common[dev] @ file:///\${PROJECT_ROOT}/libs/common`, true],
  ['/workspaces/shop/libs/common', true],
  ['--find-links libs', true],
  ['.', true],
  ['-e ./libs/common', false],
  ['common @ https://example.org/libs/common', false],
  ['common==1.0 --hash=sha256:0', false],
])('the line %j of a list of requirements takes a folder: %j', (line, takes) => {
  const text = `# Ours\nflask==3.0\n${line}\n`
  const folder = takes ? COMMON : []
  for (const list of ['requirements.txt', 'requirements/dev.txt', 'deps.list', 'reqs/dev.in']) {
    const place = {
      files: [COMMON[0] ?? '', list],
      texts: { [list]: text },
      workspaces: [/\/workspaces\/\w+/g],
    }
    expect(named(`pip install -r ${list}`, place)).toEqual([...folder.slice(0, 1), list].sort())
  }
})

const REACHED = 'flask\n./libs/common\n'
test.each<[string, Record<string, string>]>([
  ['pip install -rreqs/base.in', {}],
  ['PIP_CONSTRAINT=reqs/base.in pip install flask', {}],
  ['for list in reqs/*.in; do pip install -r $list; done', {}],
  ['uv pip sync reqs/base.in', {}],
  ['cp -r reqs /opt; pip install -r requirements.txt', { 'requirements.txt': '-r reqs/base.in\n' }],
  ['pip install -r reqs/dev.in', { 'reqs/dev.in': '-c base.in\n' }],
  ['pip install -r a.txt', { 'a.txt': '-r b.txt', 'b.txt': '--requirement=reqs/base.in' }],
  ['conda env update -f env.yml', { 'env.yml': 'dependencies:\n  - pip:\n    - -r reqs/base.in\n' }],
  ['conda env create', { 'environment.yml': 'dependencies:\n  - pip:\n      - "-r reqs/base.in"\n' }],
  ['mamba env create -f env.yaml', { 'env.yaml': 'dependencies:\n- pip:\n  - ./libs/common\n' }],
  [
    'pip install -e .',
    { 'pyproject.toml': '[tool.setuptools.dynamic]\ndependencies = {file = ["reqs/base.in"]}\n' },
  ],
  ['uv sync', { 'pyproject.toml': '[tool.uv.sources]\ncommon = { path = "libs/common" }\n' }],
  ['poetry install', { 'pyproject.toml': 'common = { path = "libs/common", develop = false }\n' }],
  ['pdm sync', { 'pyproject.toml': `dependencies = ["common @ file:///\${PROJECT_ROOT}/libs/common"]\n` }],
  ['pixi install', { 'pixi.toml': '[pypi-dependencies]\ncommon = { path = "./libs/common" }\n' }],
  ['pipenv sync', { Pipfile: '[packages]\ncommon = {path = "./libs/common"}\n' }],
])('%s finds the folder that its lists name, %j', (hook, lists) => {
  const texts = { 'reqs/base.in': REACHED, ...lists }
  expect(named(hook, { files: [...COMMON, ...Object.keys(texts)], texts })).toContain(
    'libs/common/common/a.py',
  )
})

test.each([
  ['uv sync', '[tool.uv.sources]\ncommon = { path = "libs/common", editable = true }\n'],
  ['poetry install', 'common = {path = "libs/common", develop = true}\n'],
  ['npm ci', '[tool.uv.sources]\ncommon = { path = "libs/common" }\n'],
])('%s copies no folder of %j', (hook, text) => {
  const texts = { 'pyproject.toml': text }
  expect(named(hook, { files: [...COMMON, 'pyproject.toml'], texts })).not.toContain(
    'libs/common/common/a.py',
  )
})

test('a pattern of conda, and a list that nothing installs, take no folder', () => {
  const files = ['libs/common/common/a.py', 'paths.txt']
  const texts = { 'paths.txt': './libs/common\n' }
  expect(named('wc -l paths.txt; pip install flask', { files, texts })).toEqual(['paths.txt'])
})
