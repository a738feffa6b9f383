import type { Draft, Reasoned } from '../draft/draft.ts'
import type { ProjectReader } from '../draft/project-reader.ts'

/** Build systems, by the file that shows each, and the Debian packages that it takes. */
const SYSTEMS: [file: string, packages: string[], name: string][] = [
  ['CMakeLists.txt', ['cmake', 'ninja-build'], 'CMake'],
  ['meson.build', ['meson', 'ninja-build'], 'Meson'],
  ['configure.ac', ['autoconf', 'automake', 'libtool'], 'Autotools'],
  ['configure', [], 'a configure script'],
  ['Makefile', [], 'Make'],
  ['makefile', [], 'Make'],
  ['GNUmakefile', [], 'Make'],
]

/** Libraries as CMake and pkg-config call them, and Debian's packages of them. */
const LIBRARIES: Record<string, string> = {
  boost: 'libboost-all-dev',
  curl: 'libcurl4-openssl-dev',
  libcurl: 'libcurl4-openssl-dev',
  eigen3: 'libeigen3-dev',
  fmt: 'libfmt-dev',
  gtest: 'libgtest-dev',
  libpq: 'libpq-dev',
  libuv: 'libuv1-dev',
  libxml2: 'libxml2-dev',
  ncurses: 'libncurses-dev',
  curses: 'libncurses-dev',
  openssl: 'libssl-dev',
  postgresql: 'libpq-dev',
  protobuf: 'protobuf-compiler libprotobuf-dev',
  sqlite3: 'libsqlite3-dev',
  spdlog: 'libspdlog-dev',
  zlib: 'zlib1g-dev',
}
const SOURCES = /\.(?:c|cc|cpp|cxx|h|hh|hpp)$/

/** Recognises C and C++ by a build system beside sources: a Makefile alone may be for anything. */
export async function cpp(look: ProjectReader): Promise<Draft | undefined> {
  const system = SYSTEMS.find(([file]) => look.has(file))
  if (!system || look.matching(SOURCES).length === 0) return undefined
  const [file, tools, name] = system
  const from = look.path(file)
  const wanted = libraries((await look.text(file)) ?? '')
  const known = [
    ...new Set(
      wanted.flatMap((library) => (Object.hasOwn(LIBRARIES, library) ? [LIBRARIES[library] ?? ''] : [])),
    ),
  ]
  for (const library of wanted) {
    if (Object.hasOwn(LIBRARIES, library) || library === 'threads' || library === 'pkgconfig') continue
    look.warn(`${from} asks for the library ${library}; the Debian package that has it is for you to add.`)
  }
  for (const manager of ['conanfile.txt', 'conanfile.py', 'vcpkg.json']) {
    if (look.has(manager)) look.warn(`${look.path(manager)} is not used: its manager is not known here yet.`)
  }
  const packages = [
    'build-essential',
    'ca-certificates',
    'gdb',
    'git',
    ...tools,
    'pkg-config',
    ...known.sort(),
  ].join(' ')
  const dockerfile: Reasoned[] = [
    {
      text: 'FROM debian:bookworm-slim',
      reason: 'Debian 12, which has all of these as packages.',
      from: null,
    },
    {
      text: `RUN apt-get update && apt-get install -y --no-install-recommends ${packages} && rm -rf /var/lib/apt/lists/*`,
      reason: `Compilers and a debugger, and what ${name} and the libraries it asks for take.`,
      from,
    },
  ]
  return {
    stack: 'C/C++',
    from,
    base: {
      dockerfile,
      because: { reason: 'The tools come from Debian; the Dockerfile installs them.', from },
    },
    settings: [],
    dependencies: wanted.map((library) => ({ name: library, file: from })),
  }
}

/** The libraries that a CMakeLists.txt, meson.build or configure.ac asks for, in lower case. */
function libraries(text: string): string[] {
  const found = [
    ...text.matchAll(/\bfind_package\(\s*([\w-]{1,60})/gi),
    ...text.matchAll(/\bdependency\(\s*'([\w-]{1,60})'/g),
    ...text.matchAll(/\bPKG_CHECK_MODULES\(\s*\[?\w{1,60}\]?\s*,\s*\[?([\w-]{1,60})/g),
  ].map(([, name = '']) => name.toLowerCase())
  return [...new Set(found)]
}
