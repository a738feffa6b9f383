import type { Inventory } from '../../../shared/version.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { execOutput } from '../../docker/exec/exec.ts'

/** Tools whose version is probed, with the argument that prints it. */
const TOOLS: Record<string, string> = {
  bun: '--version',
  cargo: '--version',
  clang: '--version',
  cmake: '--version',
  composer: '--version',
  deno: '--version',
  dotnet: '--version',
  gcc: '--version',
  git: '--version',
  go: 'version',
  java: '-version',
  make: '--version',
  mysql: '--version',
  node: '--version',
  npm: '--version',
  perl: '--version',
  php: '--version',
  pip: '--version',
  pnpm: '--version',
  psql: '--version',
  python3: '--version',
  'redis-cli': '--version',
  ruby: '--version',
  rustc: '--version',
  sqlite3: '--version',
  yarn: '--version',
}
const PROBE_DEADLINE = 15_000

/**
 * A single script for the container. Every answer is a line "kind<TAB>name<TAB>version". The tools run in parallel,
 * because each prints one short line; the package databases run one after the other, because blocks of long output would
 * mix.
 */
const SCRIPT = `t() { command -v "$1" >/dev/null 2>&1 || return; v=$("$1" $2 2>&1 | grep -m1 '[0-9]\\.[0-9]') && printf 'tool\\t%s\\t%s\\n' "$1" "$v"; }
${Object.entries(TOOLS)
  .map(([tool, argument]) => `t ${tool} ${argument} &`)
  .join('\n')}
wait
command -v dpkg-query >/dev/null 2>&1 && dpkg-query -W -f='dpkg\\t\${Package}\\t\${Version}\\n' 2>/dev/null
[ -f /lib/apk/db/installed ] && awk -F: '/^P:/{p=$2} /^V:/{print "apk\\t" p "\\t" substr($0,3)}' /lib/apk/db/installed
command -v rpm >/dev/null 2>&1 && rpm -qa --qf 'rpm\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n' 2>/dev/null
for d in /usr/local/lib/node_modules /usr/lib/node_modules; do for f in "$d"/*/package.json "$d"/@*/*/package.json; do
[ -f "$f" ] && awk -F'"' '/^ *"name":/&&!n{n=$4} /^ *"version":/&&!v{v=$4} END{if(n&&v) print "npm\\t" n "\\t" v}' "$f"; done; done
for d in /usr/lib/python3/dist-packages /usr/local/lib/python3*/site-packages /usr/local/lib/python3*/dist-packages; do for f in "$d"/*.dist-info/METADATA; do
[ -f "$f" ] && awk '/^Name: /&&!n{n=$2} /^Version: /&&!v{v=$2} END{if(n&&v) print "pip\\t" n "\\t" v}' "$f"; done; done
true`

/**
 * Probes the content of a container: the tools that answer and the packages of its databases. Omits what does not answer
 * in time; nothing can be probed in a container without a shell. Only reads.
 */
export async function probeInventory(engine: Engine, container: string, env: string[]): Promise<Inventory> {
  const inventory: Inventory = { tools: {}, packages: {} }
  const signal = AbortSignal.timeout(PROBE_DEADLINE)
  const answer = await execOutput(
    engine,
    container,
    { command: ['/bin/sh', '-c', SCRIPT], env },
    signal,
  ).catch(() => undefined)
  for (const line of answer?.stdout.split('\n') ?? []) {
    const [kind, name, text] = line.split('\t')
    if (!kind || !name || !text) continue
    if (kind === 'tool') {
      const version = /\d+(?:\.\d+)+[\w.+-]*/.exec(text)?.[0]
      if (version) inventory.tools[name] = version
    } else {
      const packages = inventory.packages[kind] ?? {}
      packages[name] = text
      inventory.packages[kind] = packages
    }
  }
  return inventory
}
