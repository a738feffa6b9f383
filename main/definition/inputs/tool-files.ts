/**
 * The files that a tool reads unasked, by name or pattern, beside the lockfiles; those in hidden folders by their paths. It only
 * ever adds inputs.
 */
const FILES: [tools: RegExp, files: readonly string[]][] = [
  [/^g?make$/, ['Makefile', 'makefile', 'GNUmakefile', '*.mk']],
  [
    /^(?:npm|npx|pnpm|pnpx|yarn|bun|bunx|corepack|lerna|nx|turbo)$/,
    [
      'package.json',
      '.npmrc',
      '.pnpmfile.cjs',
      'pnpm-workspace.yaml',
      '.yarnrc',
      '.yarnrc.yml',
      'bunfig.toml',
      'lerna.json',
      'nx.json',
      'turbo.json',
    ],
  ],
  [/^patch-package$/, ['*.patch']],
  [/^prisma$/, ['*.prisma']],
  [/^deno$/, ['deno.json', 'deno.jsonc', 'package.json']],
  [
    /^(?:pip[\d.]*|pipx|uv|uvx|poetry|pdm|hatch|flit|pipenv|python[\d.]*|tox|nox|conda|mamba|micromamba|pixi)$/,
    [
      'pyproject.toml',
      'setup.py',
      'setup.cfg',
      'Pipfile',
      'pip.conf',
      'uv.toml',
      'tox.ini',
      'noxfile.py',
      'environment.yml',
      'environment.yaml',
      'pixi.toml',
    ],
  ],
  [/^(?:cargo|rustup)$/, ['Cargo.toml', 'build.rs', '.cargo/config.toml', '.cargo/config']],
  [/^go$/, ['go.mod', 'go.work']],
  [/^(?:bundle|bundler|gem|rake|rails)$/, ['Gemfile', 'gems.rb', '*.gemspec', 'Rakefile']],
  [/^composer$/, ['composer.json', 'auth.json']],
  [
    /^mvnw?$/,
    [
      'pom.xml',
      'settings.xml',
      'maven-wrapper.properties',
      'mvnw',
      '.mvn/wrapper/maven-wrapper.properties',
      '.mvn/settings.xml',
      '.mvn/extensions.xml',
      '.mvn/maven.config',
      '.mvn/jvm.config',
    ],
  ],
  [
    /^gradlew?$/,
    [
      '*.gradle',
      '*.gradle.kts',
      'gradle.properties',
      'libs.versions.toml',
      'gradle-wrapper.properties',
      'gradle-wrapper.jar',
      'gradlew',
    ],
  ],
  [/^(?:clojure|clj)$/, ['deps.edn']],
  [/^lein$/, ['project.clj']],
  [/^(?:R|Rscript)$/, ['.Rprofile', 'DESCRIPTION']],
  [/^sbt$/, ['*.sbt', 'build.properties']],
  [
    /^dotnet$/,
    [
      '*.csproj',
      '*.fsproj',
      '*.vbproj',
      '*.sln',
      '*.slnx',
      'Directory.*.props',
      'Directory.*.targets',
      '[Nn]u[Gg]et.[Cc]onfig',
      'dotnet-tools.json',
      '.config/dotnet-tools.json',
    ],
  ],
  [/^mix$/, ['mix.exs']],
  [/^rebar3?$/, ['rebar.config']],
  [/^(?:dart|flutter)$/, ['pubspec.yaml']],
  [/^swift$/, ['Package.swift']],
  [/^(?:cabal|stack)$/, ['*.cabal', 'cabal.project', 'stack.yaml', 'package.yaml']],
  [/^julia$/, ['Project.toml']],
  [/^shards$/, ['shard.yml']],
  [/^(?:cmake|ctest)$/, ['CMakeLists.txt', '*.cmake', 'CMakePresets.json']],
  [/^meson$/, ['meson.build', 'meson.options', 'meson_options.txt']],
  [/^conan$/, ['conanfile.py', 'conanfile.txt']],
  [/^vcpkg$/, ['vcpkg.json', 'vcpkg-configuration.json']],
  [
    /^bazel(?:isk)?$/,
    [
      'MODULE.bazel',
      'WORKSPACE',
      'WORKSPACE.bazel',
      '.bazelrc',
      '.bazelversion',
      'BUILD',
      'BUILD.bazel',
      '*.bzl',
    ],
  ],
  [/^just$/, ['justfile', 'Justfile', '.justfile']],
  [/^task$/, ['Taskfile.yml', 'Taskfile.yaml', 'Taskfile.dist.yml']],
  [/^pre-commit$/, ['.pre-commit-config.yaml']],
  [
    /^(?:nix|nix-shell|nix-build|devenv)$/,
    ['flake.nix', 'shell.nix', 'default.nix', 'devenv.nix', 'devenv.yaml'],
  ],
  [/^(?:terraform|tofu)$/, ['*.tf']],
  [/^(?:ansible-playbook|ansible-galaxy)$/, ['ansible.cfg', 'requirements.yml']],
  [/^direnv$/, ['.envrc']],
  [/^(?:mise|asdf)$/, ['.mise.toml']],
  [/^git$/, ['.gitmodules']],
]

/** The patterns of the files that a tool reads; none for a word that is no tool's name. */
export const filesOfTool = (word: string): readonly string[] =>
  FILES.filter(([tools]) => tools.test(word)).flatMap(([, files]) => files)

const command = (names: string): RegExp => new RegExp(`(?:^|[\\s"'(./])(?:${names})(?=[\\s"'(]|$)`)
const COPIES = 'cp|mv|rsync|scp|tar|zip|cpio|copytree|copy_tree|cpSync|copySync'

/** Commands that are given folders, and take what is in them. */
export const TAKES_FOLDERS = command(`${COPIES}|ln|stow|find|ls|run-parts`)
const TAKES_ALL = command(`${COPIES}|for|run-parts`)
const FINDS = new RegExp(command('find'), 'g')
const CHOOSES = /-i?(?:name|path|regex|wholename)/
/** Whether a command takes all that is in the folder it stands in, when that is named (`cp -r . /opt/shop`). */
export const takesAll = (written: string): boolean =>
  TAKES_ALL.test(written) ||
  written.split(/[\n\r\u2028\u2029]/).some((line) => {
    const last = [...line.matchAll(FINDS)].at(-1)
    return last !== undefined && !CHOOSES.test(line.slice(last.index + last[0].length))
  })
/** Those for which also the last word can be a source. */
export const TAKES_LAST = command('tar|zip|cpio|find|for|run-parts')
/** Those that are given the name of a program without its ending. */
export const TAKES_MODULES = command('node|bun|deno|tsx|ts-node')
