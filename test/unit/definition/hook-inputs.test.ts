import { expect, test } from 'vitest'
import { hookInputs } from '../../../main/definition/inputs/hook-inputs.ts'
import { named, type Place } from './named-by-hook.ts'

const FILES = [
  'tools/x.sh',
  'tools/lib.sh',
  'src/index.ts',
  'src/app.py',
  'README.md',
  'conf/a.conf',
  'conf/b/c.conf',
]

test.each([
  ['cd tools && ./x.sh', ['tools/x.sh']],
  ['if true; then ./tools/x.sh; fi', ['tools/x.sh']],
  ['timeout 60 ./tools/x.sh', ['tools/x.sh']],
  ['sh < tools/x.sh', ['tools/x.sh']],
  ['cat tools/x.sh | sh', ['tools/x.sh']],
  ['sh -c "$(cat tools/x.sh)"', ['tools/x.sh']],
  ['for f in tools/*.sh; do sh $f; done', ['tools/lib.sh', 'tools/x.sh']],
  ['cd tools; for f in *.sh; do sh $f; done', ['tools/lib.sh', 'tools/x.sh']],
  ['N=x; sh tools/$N.sh', ['tools/lib.sh', 'tools/x.sh']],
  [`sh \${containerWorkspaceFolder}/tools/x.sh; sh "\${HOME}"/lib.sh`, ['tools/lib.sh', 'tools/x.sh']],
  ['sh $PWD/tools/x.sh', ['tools/x.sh']],
  ['sh /workspaces/shop/tools/x.sh', ['tools/x.sh']],
  ['sh tools/{x,y}.sh', ['tools/lib.sh', 'tools/x.sh']],
  ['sh tools/l$(uname -m).sh', ['tools/lib.sh']],
  ['sh "tools/l$(basename "$(uname -s | tr A-Z a-z)" (x)).sh"', ['tools/lib.sh']],
  ['sh tools/x$((1 + 1)).sh', ['tools/x.sh']],
  ['sh tools/l`uname -m`.sh', ['tools/lib.sh']],
  ['sh tools/l$(uname', []],
  ['sh other/x.sh', []],
  ['cp -r conf /etc/shop', ['conf/a.conf', 'conf/b/c.conf']],
  ['cp conf/*.conf /etc', ['conf/a.conf']],
  ['find conf -name "*.conf" -exec cat {} +', ['conf/a.conf', 'conf/b/c.conf']],
  ['cp -r "$ROOT/conf" /etc', ['conf/a.conf', 'conf/b/c.conf']],
  ['rsync -a $ROOT/conf/ /etc/conf', ['conf/a.conf', 'conf/b/c.conf']],
  ['ln -s "$(pwd -P)/conf" /etc/conf', ['conf/a.conf', 'conf/b/c.conf']],
  ['cd "$ROOT/conf" && true; ls -l "$ROOT"', []],
  ['for d in x; do cp -r "$ROOT/co$d" /etc; done', ['conf/a.conf', 'conf/b/c.conf']],
  ['cp -r conf/* /etc', ['conf/a.conf', 'conf/b/c.conf']],
  ['find . -name "s*"', []],
  ['echo "$ROOT/conf"', []],
  ['run-parts tools', ['tools/lib.sh', 'tools/x.sh']],
  ['cd src && true', []],
  ['npm ci && npm run build', []],
  ['pip install -e .', []],
  ['cp tools/x.sh .', ['tools/x.sh']],
  ['cp -r . /opt/shop', [...FILES].sort()],
  ['tar c . | tar x -C /opt', [...FILES].sort()],
  ['sh $PWDIR/x.sh; make -ftools/lib.sh; curl -d @README.md x', ['README.md', 'tools/lib.sh', 'tools/x.sh']],
  ['cp -r \\\n  conf /etc', ['conf/a.conf', 'conf/b/c.conf']],
  ['for d in conf; do cp -r $d /etc; done', ['conf/a.conf', 'conf/b/c.conf']],
  ['cd tools && ls | xargs -n1 sh', [...FILES].sort()],
  ['cd tools && run-parts .', [...FILES].sort()],
  ['git archive HEAD | tar x -C /opt', [...FILES].sort()],
  ['pip install .', [...FILES].sort()],
  ['pip install --no-deps "./[all]"', [...FILES].sort()],
  ['go install ./cmd/x', [...FILES].sort()],
  ['ls -la && npm ci && npm install -g typescript', []],
  ['echo a>>README.md; echo b 2>conf/a.conf; touch tools/x.sh', []],
  ['cp conf/a.conf README.md && mv -f tools/x.sh tools/lib.sh', ['conf/a.conf', 'tools/x.sh']],
  ['cp conf/a.conf README.md; cat README.md', ['README.md', 'conf/a.conf']],
  [
    'cp -t tools README.md; tee tools/x.sh < conf/a.conf',
    ['README.md', 'conf/a.conf', 'tools/lib.sh', 'tools/x.sh'],
  ],
  ['cat <> README.md', ['README.md']],
  ['python3 -m src.app', ['src/app.py']],
  ['python3 -c "import src.app"', ['src/app.py']],
])('%s mentions %j', (hook, files) => {
  expect(named(hook, { files: FILES })).toEqual(files)
})

test('a tool names the files that it reads unasked, and the scripts that it runs', () => {
  const files = [
    'Makefile',
    'package.json',
    'web/package.json',
    'a.sh',
    'b.sh',
    'c.sh',
    'd.sh',
    'node_modules/x/package.json',
  ]
  const texts = {
    Makefile: 'setup:\n\tsh a.sh\n',
    'package.json': JSON.stringify({
      scripts: { setup: 'npm run more', more: 'sh b.sh', lint: 'sh c.sh', postinstall: './d.sh' },
    }),
  }
  expect(named('make setup', { files, texts })).toEqual(['Makefile', 'a.sh'])
  expect(named('npm ci', { files, texts })).toEqual(['d.sh', 'package.json', 'web/package.json'])
  expect(named('npm run setup', { files, texts })).toEqual([
    'b.sh',
    'd.sh',
    'package.json',
    'web/package.json',
  ])
})

test.each([
  ['dotnet tool restore', ['.config/dotnet-tools.json']],
  [
    './mvnw -q verify',
    ['.mvn/extensions.xml', '.mvn/wrapper/maven-wrapper.properties', 'shop/.mvn/settings.xml'],
  ],
  ['cargo fetch', ['.cargo/config.toml']],
  ['Rscript -e "renv::restore()"', ['renv.lock']],
  ['clojure -P', ['deps.edn']],
  ['lein deps', ['project.clj']],
])('%s finds %j where the tool does', (hook, files) => {
  const all = [
    '.config/dotnet-tools.json',
    '.mvn/extensions.xml',
    '.mvn/wrapper/maven-wrapper.properties',
    'shop/.mvn/settings.xml',
    '.cargo/config.toml',
    'config.toml',
    'node_modules/x/.cargo/config.toml',
    '.cache/x/.mvn/extensions.xml',
    'deps.edn',
    'project.clj',
  ]
  expect(named(hook, { files: files.includes('renv.lock') ? [...all, 'renv.lock'] : all })).toEqual(files)
})

const TASKS = {
  'mise.toml':
    '[tools]\nnode = "24"\n\n[tasks.setup]\ndepends = ["db:seed"]\n\n[tasks."db:seed"]\nrun = "sh tools/x.sh"\n[tasks.lint]\nrun = "sh tools/lib.sh"\n',
  'pyproject.toml':
    '[project]\nreadme = "README.md"\n[project.scripts]\nsetup = "conf/a.conf"\n[tool.poe.tasks]\nsetup.cmd = "sh tools/x.sh"\n"db:seed" = """\nx = 1\nsh tools/lib.sh\n"""\ntest = "pytest"\nstart = "python -m src"\n',
}

test.each<[string, keyof typeof TASKS, string[]]>([
  ['mise run setup', 'mise.toml', ['tools/x.sh']],
  ['mise install', 'mise.toml', []],
  ['pip install poethepoet && poe setup', 'pyproject.toml', ['tools/x.sh']],
  ['uv sync && uv run poe db:seed', 'pyproject.toml', ['tools/lib.sh']],
  ['pip install wheel', 'pyproject.toml', []],
  ['pip install -e ".[test]"', 'pyproject.toml', []],
])('%s runs tasks of %s', (hook, file, scripts) => {
  expect(named(hook, { files: [...FILES, file], texts: TASKS })).toEqual([file, ...scripts].sort())
})

test.each<[string, Record<string, string>]>([
  ['npm run setup:dev', { 'setup:dev': 'sh a.sh' }],
  ['yarn lib/setup@2', { 'lib/setup@2': 'sh a.sh' }],
  ['npm run setup', { presetup: 'sh a.sh', setup: 'true' }],
  ['npm run setup', { setup: 'true', postsetup: 'npm run gen:api', 'gen:api': 'sh a.sh' }],
  ['npm ci', { postinstall: 'concurrently "npm:gen:*:all" npm:gen:api', 'gen:api': 'sh a.sh' }],
  ['node tools/setup.js', { 'gen:api': 'sh a.sh' }],
])('%s runs the scripts of %j', (hook, scripts) => {
  const files = ['a.sh', 'b.sh', 'package.json', 'tools/setup.js']
  const texts = {
    'package.json': JSON.stringify({ scripts: { ...scripts, 'setup:prod': 'sh b.sh', prelint: 'sh b.sh' } }),
    'tools/setup.js': "require('child_process').execSync('npm run gen:api')",
  }
  const found = named(hook, { files, texts })
  expect(found).toContain('a.sh')
  expect(found).not.toContain('b.sh')
})

test('what an install script calls is a tool as well', () => {
  const files = ['package.json', 'patches/left-pad+1.0.0.patch', 'prisma/schema.prisma', 'docs/old.patch.md']
  const texts = {
    'package.json': JSON.stringify({ scripts: { postinstall: 'patch-package && prisma generate' } }),
  }
  expect(named('npm ci', { files, texts })).toEqual(files.slice(0, 3))
})

test('what a script names is named, by whatever language', () => {
  const files = [
    'tools/x.sh',
    'tools/gen.py',
    'tools/lib.py',
    'tools/pkg/__init__.py',
    'a.mjs',
    'lib/b.js',
    'lib/c/index.js',
    'src/b.ts',
  ]
  const texts = {
    'tools/x.sh': 'python tools/gen.py\n',
    'tools/gen.py': 'import os\nfrom lib import thing\nimport pkg\n',
    'a.mjs': "import './lib/b'\nconst c = require('./lib/c')\n",
  }
  expect(named('tools/x.sh', { files, texts })).toEqual([
    'tools/gen.py',
    'tools/lib.py',
    'tools/pkg/__init__.py',
    'tools/x.sh',
  ])
  expect(named('node a', { files, texts })).toEqual(['a.mjs', 'lib/b.js', 'lib/c/index.js'])
})

test.each<[string, string, Record<string, string>, string[]]>([
  [
    'a script without an ending and a first line',
    'sh tools/setup',
    { 'tools/setup': 'cat conf/data.txt; sh tools/$N.sh' },
    ['conf/data.txt', 'tools/setup', 'tools/x.sh'],
  ],
  [
    'a list of packages',
    'pip install -r requirements/dev.txt',
    { 'requirements/dev.txt': '-r base.txt\nbuild\nmake' },
    ['requirements/base.txt', 'requirements/dev.txt'],
  ],
  [
    'a Gemfile',
    'bundle install',
    { Gemfile: 'eval_gemfile "gemfiles/dev.rb"', 'gemfiles/dev.rb': 'eval_gemfile "gemfiles/ci"' },
    ['Gemfile', 'gemfiles/ci', 'gemfiles/dev.rb'],
  ],
  [
    'a playbook',
    'ansible-playbook dev/play.yml',
    { 'dev/play.yml': '- import_tasks: tasks/tools.yml\n' },
    ['dev/play.yml', 'dev/tasks/tools.yml'],
  ],
  [
    'what a Makefile includes',
    'make',
    { Makefile: 'include config/common\n', 'config/common': 'include config/deep' },
    ['Makefile', 'config/common', 'config/deep'],
  ],
  [
    'a file that another one names later',
    'cp -r conf /etc; sh tools/x.sh',
    { 'tools/x.sh': 'read_all conf/list.yml', 'conf/list.yml': 'file: src/app.py' },
    ['conf/data.txt', 'conf/list.yml', 'src/app.py', 'tools/x.sh'],
  ],
  [
    'a link',
    'load setup.yml',
    { 'dev/setup.yml': 'tasks/tools.yml' },
    ['dev/setup.yml', 'dev/tasks/tools.yml', 'setup.yml'],
  ],
  [
    'no pattern of a configuration',
    'tsc -p tsconfig.json',
    { 'tsconfig.json': '"include": ["src/**/*"]' },
    ['tsconfig.json'],
  ],
  [
    'no command of a Dockerfile',
    'podman -f Dockerfile',
    { Dockerfile: 'COPY src/app.py /\nRUN pip install .' },
    ['Dockerfile', 'src/app.py'],
  ],
  ['no text for people', 'cat README.md', { 'README.md': 'See src/app.py' }, ['README.md']],
  ['no file of a folder', 'cp -r conf /etc', { 'conf/data.txt': 'src/app.py' }, ['conf/data.txt']],
  ['no manifest', 'pip install -e .', { 'pyproject.toml': 'readme = "README.md"' }, ['pyproject.toml']],
])('a named text is searched: %s', (_, hook, texts, expected) => {
  const others = ['tools/x.sh', 'conf/data.txt', 'requirements/base.txt', 'src/app.py', 'README.md', 'build']
  const more = ['gemfiles/ci', 'dev/tasks/tools.yml', 'tasks.txt', 'config/deep', 'setup.yml', 'src/a.ts']
  const files = [...new Set([...Object.keys(texts), ...others, ...more])]
  expect(named(hook, { files, texts, links: [['setup.yml', 'dev/setup.yml']] })).toEqual(expected)
})

test('a folder is found by its place in the container, also from a script', () => {
  const place: Place = {
    files: [...FILES, 'setup.sh'],
    texts: { 'setup.sh': 'cp -r /workspaces/shop/conf /etc\n' },
    workspaces: [/\/workspaces\/\w+/g],
  }
  const conf = ['conf/a.conf', 'conf/b/c.conf']
  expect(named('cp -r /workspaces/shop/conf /etc', place)).toEqual(conf)
  expect(named('sh setup.sh', place)).toEqual([...conf, 'setup.sh'])
  expect(named('cp -r /usr/share/conf /etc', place)).toEqual([])
})

test('a name with blanks is found as it is written', () => {
  const files = ['my tools/x y.sh', 'my tools/z.sh', 'a=b/c@d/e.sh', 'other/z y.sh']
  expect(named("sh 'my tools/z.sh'; sh a=b/c@d/e.sh", { files })).toEqual(['a=b/c@d/e.sh', 'my tools/z.sh'])
  expect(named("sh 'my tools/x y.sh'", { files })).toEqual(['my tools/x y.sh'])
  expect(named('sh my\\ tools/x\\ y.sh', { files })).toEqual(['my tools/x y.sh'])
})

test('lockfiles count in the project and right in the folders above it, not in what was installed', () => {
  const files = [
    'yarn.lock',
    'other/yarn.lock',
    'apps/pnpm-lock.yaml',
    'apps/shop/bun.lockb',
    'apps/shop/web/package-lock.json',
    'apps/shop/web/requirements-dev.txt',
    'apps/shop/vendor/a/composer.lock',
    'apps/shop/.venv/requirements.txt',
  ]
  expect(named('true', { folder: 'apps/shop', files })).toEqual([
    'apps/pnpm-lock.yaml',
    'apps/shop/bun.lockb',
    'apps/shop/web/package-lock.json',
    'apps/shop/web/requirements-dev.txt',
    'yarn.lock',
  ])
  expect(named('sh vendor/a/composer.lock', { folder: 'apps/shop', files })).toContain(
    'apps/shop/vendor/a/composer.lock',
  )
})

test('a word that goes through a link goes to where it leads', () => {
  const files = ['apps/shop/tools', 'shared/scripts/x.sh', 'shared/scripts/y.sh']
  const place: Place = { folder: 'apps/shop', files, links: [['apps/shop/tools', 'shared/scripts']] }
  expect(named('sh tools/x.sh', place)).toEqual(['shared/scripts/x.sh'])
  expect(named('cp -r tools /opt', place)).toEqual(files)
})

test.each([
  ['sh libs/lib/setup.sh', true],
  ['cd libs && sh lib/setup.sh', true],
  [`sh "\${ROOT}/lib/setup.sh"`, true],
  ['sh $ROOT/libs/lib/setup.sh', true],
  ['sh /usr/share/lib/setup.sh && ls /usr/lib/x', false],
  ['cd libs && make', false],
])('%s uses a submodule in libs/lib: %j', (hook, uses) => {
  const scope = { folder: '', workspaces: [], files: [], links: new Map(), read: () => undefined }
  expect(hookInputs([hook], { ...scope, modules: ['libs/lib', 'other'] }).modules).toEqual(
    uses ? ['libs/lib'] : [],
  )
})

test('searching ends', () => {
  const files = Array.from({ length: 100 }, (_, at) => `s${at}.sh`)
  const found = hookInputs(['sh s0.sh'], {
    folder: '',
    workspaces: [],
    modules: [],
    files,
    links: new Map(),
    read: (file) => `sh s${Number(/\d+/.exec(file)?.[0]) + 1}.sh`,
  })
  expect(found.cut).toBe(true)
  expect(found.files).toHaveLength(30)
})
