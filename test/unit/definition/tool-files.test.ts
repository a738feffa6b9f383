import { expect, test } from 'vitest'
import { named } from './named-by-hook.ts'

test.each([
  ['brew bundle', 'Brewfile'],
  ['sdk env install', '.sdkmanrc'],
  ['devbox install', 'devbox.json devbox.lock'],
  ['cpanm --installdeps .', 'cpanfile'],
  ['carton install', 'cpanfile cpanfile.snapshot'],
  ['invoke setup', 'tasks.py'],
  ['inv setup', 'tasks/__init__.py'],
  ['rye sync', 'pyproject.toml requirements-dev.lock requirements.lock'],
  ['proto install', '.prototools'],
  ['aqua i', 'aqua-checksums.json aqua.yaml'],
  ['aqua i', '.aqua/aqua.yaml aqua/aqua.yaml'],
  ['opam install . --deps-only', 'shop.opam'],
  ['ant deps', 'build.xml'],
  ['helm dependency build chart', 'chart/Chart.lock chart/Chart.yaml'],
  ['mise install', '.config/mise/config.toml .mise/config.toml mise/config.toml'],
  ['mise run setup', '.mise/tasks/setup mise-tasks/db/seed'],
  ['ansible-playbook ansible/setup.yml', 'ansible/roles/base/tasks/main.yml ansible/setup.yml'],
  ['poetry install', 'poetry.toml pyproject.toml'],
  ['hatch env create', 'hatch.toml'],
  ['tox -e dev --notest', 'tox.toml'],
  ['pip3.12 install -e .', 'pyproject.toml'],
  ['pixi install', '.pixi/config.toml pixi.lock pixi.toml'],
  ['pip-sync', 'requirements.txt'],
  ['dvc pull', '.dvc/config data/a.dvc'],
  ['just setup', 'ci/x.just justfile'],
  ['task setup', 'taskfile.dist.yaml'],
  ['mage setup', 'magefile.go'],
  ['lefthook install', 'lefthook.yml'],
  ['pre-commit install --install-hooks', '.pre-commit-config.yaml'],
  ['direnv allow', '.envrc'],
  ['nix develop -c true', 'flake.lock flake.nix nix/shell.nix'],
  ['devenv shell true', 'devenv.lock devenv.nix'],
  ['asdf install', '.tool-versions'],
  ['volta install node', 'package.json'],
  ['bun install', 'bun.lock bunfig.toml package.json patches/a.patch'],
  ['rush install', 'common/config/rush/pnpm-lock.yaml rush.json'],
  ['pnpm install', '.pnpmfile.mjs pnpm-lock.yaml pnpm-workspace.yaml'],
  ['composer install', 'composer.json composer.lock'],
  ['mix deps.get', 'config/config.exs mix.exs mix.lock'],
  ['rebar3 get-deps', 'rebar.config rebar.config.script rebar.lock'],
  ['gleam deps download', 'gleam.toml manifest.toml'],
  ['stack build --only-dependencies', 'stack.yaml stack.yaml.lock'],
  ['cabal build --only-dependencies all', 'cabal.project cabal.project.local shop.cabal'],
  ['sbt update', 'build.sbt project/Dependencies.scala project/build.properties'],
  ['./gradlew dependencies', 'build.gradle.kts buildSrc/src/main/kotlin/deps.kt gradlew'],
  ['mvn dependency:go-offline', '.mvn/extensions.xml pom.xml'],
  ['dotnet restore', 'Directory.Packages.props a/a.csproj global.json'],
  ['swift package resolve', 'Package.resolved Package.swift'],
  ['cargo make setup', 'Cargo.toml Makefile.toml'],
  ['bazel fetch //...', 'MODULE.bazel MODULE.bazel.lock'],
  ['terraform init', '.terraform.lock.hcl main.tf main.tf.json'],
  ['buf generate', 'buf.gen.yaml buf.lock'],
  ['west update', '.west/config west.yml'],
  ['pio pkg install', 'platformio.ini'],
  ['rosdep install --from-paths src -y', 'src/a/package.xml'],
  ['Rscript -e "renv::restore()"', '.Rprofile renv.lock renv/activate.R'],
  ['cmake --preset dev', 'CMakeLists.txt CMakePresets.json'],
  ['flutter pub get', 'pubspec.lock pubspec.yaml'],
])('%s reads %s', (hook, files) => {
  const all = files.split(' ')
  expect(named(hook, { files: [...all, 'src/roles/a.ts', 'src/main.c'] })).toEqual(all)
  const inFolder = all.map((file) => `apps/shop/${file}`)
  expect(named(hook, { folder: 'apps/shop', files: [...inFolder, 'apps/other/a.ts'] })).toEqual(inFolder)
})

test('a file of a tool counts only where the tool can run', () => {
  const files = [
    '.cache/x/.mvn/extensions.xml',
    'apps/other/.mise/config.toml',
    'node_modules/a/buildSrc/a.kt',
  ]
  expect(named('mvn verify; mise install; gradle build', { folder: 'apps/shop', files })).toEqual([])
})

test.each([
  ['deno task setup', 'deno.json', '{"tasks": {"setup": "deno run tools/a.ts"}}'],
  [
    'deno task setup',
    'deno.jsonc',
    '{"tasks": {"setup": {"dependencies": ["gen"]}, /* Once */ "gen": {"command": "tools/a.ts"}}}',
  ],
  ['devbox run setup', 'devbox.json', '{"shell": {"scripts": {"setup": ["tools/a.ts"]}}}'],
  ['devbox install', 'devbox.json', '{"shell": {"init_hook": "tools/a.ts"}}'],
  ['mise run setup', '.config/mise/config.toml', '[tasks.setup]\nrun = "tools/a.ts"\n'],
])('%s runs what %s names', (hook, file, text) => {
  expect(named(hook, { files: [file, 'tools/a.ts', 'tools/b.ts'], texts: { [file]: text } })).toEqual([
    file,
    'tools/a.ts',
  ])
})

test('a file of a tool that a script names later is searched as a named one', () => {
  const texts = { 'a.sh': 'cat deno.json', 'deno.json': '{"importMap": "conf/map.json"}' }
  const files = ['a.sh', 'conf/map.json', 'deno.json']
  expect(named('deno install; sh a.sh', { files, texts })).toEqual(files)
})
