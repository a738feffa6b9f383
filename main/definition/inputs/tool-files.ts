import { NamePatterns } from './name-patterns.ts'

const NODE =
  'npm npx pnpm pnpx yarn yarnpkg bun bunx corepack volta lerna nx turbo rush rushx install-run-rush.js'
const PYTHON =
  'pip pip-sync pip-compile pipx uv uvx poetry pdm hatch flit pipenv python tox nox conda mamba micromamba pixi rye'

/**
 * The files that tools read by themselves, beside the lockfiles: names of tools, and the files of each of them by name or
 * pattern, or by the path from the folder in which the tool runs. By the documentation of each tool. It only ever adds inputs.
 */
const FILES: [tools: string, files: string][] = [
  // Tasks
  ['make gmake', 'Makefile makefile GNUmakefile *.mk'],
  ['just', 'justfile Justfile .justfile *.just'],
  ['task go-task', 'Taskfile.yml Taskfile.yaml Taskfile.dist.yml Taskfile.dist.yaml taskfile.yml'],
  ['task go-task', 'taskfile.yaml taskfile.dist.yml taskfile.dist.yaml'],
  ['invoke inv', 'tasks.py tasks/__init__.py invoke.yaml invoke.yml invoke.json invoke.py'],
  ['mage', 'magefile.go magefiles/*.go'],
  ['moon', '.moon/*.yml moon.yml'],
  ['earthly', 'Earthfile'],
  ['ant', 'build.xml build.properties ivy.xml ivysettings.xml'],
  ['scons', 'SConstruct SConscript'],
  // JavaScript
  [
    NODE,
    'package.json .npmrc .pnpmfile.cjs .pnpmfile.mjs pnpm-workspace.yaml .yarnrc .yarnrc.yml bunfig.toml',
  ],
  [NODE, 'lerna.json nx.json turbo.json'],
  ['rush rushx install-run-rush.js', 'rush.json common/config/rush/*'],
  ['patch-package bun bunx', '*.patch'],
  ['prisma', '*.prisma'],
  ['openapi-generator-cli', 'openapitools.json'],
  ['bower', 'bower.json .bowerrc'],
  ['deno', 'deno.json deno.jsonc package.json'],
  ['elm', 'elm.json'],
  ['spago', 'spago.yaml spago.lock spago.dhall packages.dhall'],
  // Python
  [PYTHON, 'pyproject.toml setup.py setup.cfg Pipfile pip.conf uv.toml tox.ini noxfile.py pixi.toml'],
  [PYTHON, 'environment.yml environment.yaml'],
  ['pip-sync pip-compile', 'requirements.in'],
  ['poetry', 'poetry.toml'],
  ['pdm', 'pdm.toml'],
  ['hatch', 'hatch.toml'],
  ['tox', 'tox.toml'],
  ['rye', 'requirements.lock requirements-dev.lock'],
  ['pixi', '.pixi/config.toml'],
  ['conda mamba micromamba', '.condarc'],
  ['pants', 'pants.toml pants.*.toml'],
  ['dvc', '*.dvc dvc.yaml dvc.lock .dvc/config'],
  // Rust, Go, C and C++
  ['cargo rustup', 'Cargo.toml build.rs .cargo/config.toml .cargo/config Makefile.toml'],
  ['go', 'go.mod go.work'],
  ['bingo', '.bingo/*'],
  ['buf', 'buf.yaml buf.gen.yaml buf.work.yaml buf.lock'],
  ['cmake ctest', 'CMakeLists.txt *.cmake CMakePresets.json CMakeUserPresets.json'],
  ['autoreconf autoconf automake', 'configure.ac configure.in Makefile.am *.m4'],
  ['meson', 'meson.build meson.options meson_options.txt *.wrap'],
  ['ninja', 'build.ninja'],
  ['conan', 'conanfile.py conanfile.txt'],
  ['vcpkg', 'vcpkg.json vcpkg-configuration.json'],
  ['xmake', 'xmake.lua'],
  ['bazel bazelisk', 'MODULE.bazel MODULE.bazel.lock WORKSPACE WORKSPACE.bazel .bazelrc .bazelversion'],
  ['bazel bazelisk', '.bazeliskrc .bazelignore BUILD BUILD.bazel *.bzl'],
  ['buck2', '.buckconfig .buckroot BUCK *.bzl'],
  ['zig', 'build.zig build.zig.zon'],
  ['pio platformio', 'platformio.ini'],
  ['west', 'west.yml .west/config'],
  ['idf.py', 'CMakeLists.txt sdkconfig.defaults idf_component.yml dependencies.lock'],
  ['arduino-cli', 'sketch.yaml arduino-cli.yaml'],
  ['rosdep colcon', 'package.xml colcon.meta'],
  ['forge soldeer', 'foundry.toml remappings.txt soldeer.lock'],
  // Ruby, PHP, Perl
  ['bundle bundler gem rake rails', 'Gemfile gems.rb *.gemspec Rakefile *.rake .bundle/config'],
  ['pod', 'Podfile'],
  ['composer', 'composer.json auth.json'],
  ['cpanm cpm carton', 'cpanfile cpanfile.snapshot Makefile.PL Build.PL dist.ini META.json META.yml'],
  // Java and its neighbours
  [
    'mvn mvnw mvnd',
    'pom.xml settings.xml maven-wrapper.properties mvnw .mvn/wrapper/maven-wrapper.properties',
  ],
  ['mvn mvnw mvnd', '.mvn/settings.xml .mvn/extensions.xml .mvn/maven.config .mvn/jvm.config'],
  ['gradle gradlew', '*.gradle *.gradle.kts gradle.properties libs.versions.toml gradle-wrapper.properties'],
  ['gradle gradlew', 'gradle-wrapper.jar gradlew verification-metadata.xml gradle-daemon-jvm.properties'],
  ['gradle gradlew', 'buildSrc/**'],
  ['sbt', '*.sbt build.properties project/*.scala .sbtopts .jvmopts'],
  ['mill', 'build.sc build.mill .mill-version .mill-jvm-opts'],
  ['clojure clj', 'deps.edn'],
  ['lein', 'project.clj profiles.clj'],
  ['bb', 'bb.edn'],
  ['sdk', '.sdkmanrc'],
  // .NET, Swift, Dart
  ['dotnet', '*.csproj *.fsproj *.vbproj *.sln *.slnx Directory.*.props Directory.*.targets'],
  ['dotnet', '[Nn]u[Gg]et.[Cc]onfig dotnet-tools.json .config/dotnet-tools.json'],
  ['paket', 'paket.dependencies paket.references'],
  ['swift swiftly', 'Package.swift .swift-version'],
  ['dart flutter fvm', 'pubspec.yaml pubspec_overrides.yaml melos.yaml .fvmrc .fvm/fvm_config.json'],
  // Further languages
  ['R Rscript', '.Rprofile DESCRIPTION .Renviron renv/activate.R renv/settings.json'],
  ['rv', 'rproject.toml rv.lock'],
  ['mix', 'mix.exs config/*.exs'],
  ['rebar rebar3', 'rebar.config rebar.config.script'],
  ['gleam', 'gleam.toml manifest.toml'],
  ['cabal stack', '*.cabal cabal.project cabal.project.local stack.yaml package.yaml'],
  ['julia', 'Project.toml JuliaProject.toml LocalPreferences.toml'],
  ['shards', 'shard.yml shard.override.yml'],
  ['opam dune', '*.opam opam *.opam.locked *.opam.template dune-project dune-workspace'],
  ['luarocks', '*.rockspec luarocks.lock'],
  ['nimble', '*.nimble nimble.lock'],
  ['dub', 'dub.json dub.sdl dub.selections.json'],
  // Tools of a project, whatever its languages
  ['mise asdf', '.mise.toml mise.*.toml .mise.*.toml mise/config*.toml .mise/config*.toml .config/mise.toml'],
  ['mise asdf', '.config/mise.*.toml .config/mise/config*.toml .config/mise/conf.d/*.toml mise-tasks/**'],
  ['mise asdf', '.mise-tasks/** mise/tasks/** .mise/tasks/** .config/mise/tasks/**'],
  ['brew', 'Brewfile'],
  ['devbox', 'devbox.json'],
  ['flox', '.flox/env.json .flox/env/*'],
  ['proto', '.prototools'],
  ['aqua', 'aqua.yaml aqua.yml .aqua.yaml .aqua.yml aqua/*.yaml aqua/*.yml .aqua/*.yaml .aqua/*.yml'],
  ['aqua', '*aqua-checksums.json aqua-policy.yaml'],
  ['nix nix-shell nix-build nix-env home-manager devenv', 'flake.nix shell.nix default.nix devenv.nix'],
  ['nix nix-shell nix-build nix-env home-manager devenv', 'devenv.yaml devenv.lock *.nix npins/sources.json'],
  ['nix nix-shell nix-build nix-env home-manager devenv', 'nix/sources.json'],
  ['guix', 'guix.scm manifest.scm channels.scm'],
  ['spack', 'spack.yaml spack.lock'],
  ['direnv', '.envrc'],
  ['pre-commit prek', '.pre-commit-config.yaml prek.toml'],
  ['lefthook', 'lefthook.yml lefthook.yaml lefthook.toml lefthook.json .lefthook.yml .lefthook.yaml'],
  ['lefthook', '.lefthook.toml .lefthook.json .config/lefthook.*'],
  ['overcommit', '.overcommit.yml'],
  ['vale', '.vale.ini'],
  ['git', '.gitmodules .lfsconfig'],
  // Computers and clusters
  ['terraform tofu tfenv tenv', '*.tf *.tf.json terraform.tfvars *.auto.tfvars .terraform-version'],
  ['terraform tofu tfenv tenv', '.opentofu-version'],
  ['terragrunt', 'terragrunt.hcl root.hcl .terragrunt-version'],
  ['tflint', '.tflint.hcl'],
  ['packer', '*.pkr.hcl'],
  ['helm helmfile', 'Chart.yaml Chart.lock helmfile.yaml helmfile.lock'],
  ['ansible-playbook ansible-galaxy', 'ansible.cfg requirements.yml requirements.yaml group_vars/**'],
  ['ansible-playbook ansible-galaxy', 'host_vars/** roles/*/tasks/** roles/*/handlers/** roles/*/files/**'],
  ['ansible-playbook ansible-galaxy', 'roles/*/templates/** roles/*/vars/** roles/*/defaults/**'],
  ['ansible-playbook ansible-galaxy', 'roles/*/meta/** roles/*/library/** roles/*/module_utils/**'],
  ['build-dep mk-build-deps dpkg-checkbuilddeps', 'debian/control'],
  ['makepkg', 'PKGBUILD'],
]

const OF_TOOLS = new Map<string, string[]>()
for (const [tools, files] of FILES)
  for (const tool of tools.split(' '))
    OF_TOOLS.set(tool, [...(OF_TOOLS.get(tool) ?? []), ...files.split(' ')])

/** The patterns of the files that a tool reads, a path where it holds a slash; none for a word that is no tool's name. */
const filesOfTool = (word: string): readonly string[] =>
  OF_TOOLS.get(/^(pip|python)[\d.]+$/.exec(word)?.[1] ?? word) ?? []

/** The files that some tools read by themselves. */
export class ToolFiles {
  private readonly names = new NamePatterns()
  private readonly paths = new NamePatterns()
  /** The folders with which paths begin. */
  private readonly folders = new Set<string>()

  /** Adds a tool, if the word is the name of one. */
  add(word: string): void {
    for (const pattern of filesOfTool(word)) {
      const [folder = '', ...rest] = pattern.split('/')
      if (rest.length === 0) this.names.add(pattern)
      else {
        this.paths.add(pattern)
        this.folders.add(folder)
      }
    }
  }

  /**
   * For a file that one of the tools reads: the folder in which the tool would have to run, with the file's name. Undefined for
   * all others.
   */
  besideTool(file: string): string | undefined {
    const name = file.slice(file.lastIndexOf('/') + 1)
    let at = 0
    for (let end = file.indexOf('/'); end >= 0; end = file.indexOf('/', at)) {
      if (this.folders.has(file.slice(at, end)) && this.paths.match(file.slice(at)))
        return file.slice(0, at) + name
      at = end + 1
    }
    return this.names.match(name) ? file : undefined
  }
}
