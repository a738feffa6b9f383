import { inService, startInService } from '../engine/in-service.ts'
import type { TestProject } from '../engine/test-project.ts'

/** What its services hold, each in a volume of its own. */
export const SERVICES = ['db', 'cache', 'web'] as const

/** The content of each service's volume, in hashes. */
export type Content = Record<(typeof SERVICES)[number], string>

/**
 * The files of a web service with PostgreSQL, Redis and a folder of uploads, and of a seed that puts `rows` rows and keys into
 * the databases. With another text as `version` it is another version, which has the same seed.
 */
export const stack = (rows: number, version = 'first'): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/app',
    userEnvProbe: 'none',
    customizations: { pristine: { data: { seed: 'bash seed.sh' } } },
  }),
  'compose.yaml': compose(version),
  'seed.sh': seed(rows),
})

// The image of web has a client of the database, and a volume that nothing here needs. A Redis that loads answers a ping with
// an error.
const compose = (version: string): string => `
services:
  web:
    image: postgres:15-bookworm
    command: sleep infinity
    labels: {version: "${version}"}
    tmpfs: [/var/lib/postgresql/data]
    volumes: [".:/app", "uploads:/uploads"]
    depends_on: {db: {condition: service_healthy}, cache: {condition: service_healthy}}
  db:
    image: postgres:15-bookworm
    environment: {POSTGRES_HOST_AUTH_METHOD: trust}
    volumes: ["db:/var/lib/postgresql/data"]
    healthcheck: {test: pg_isready -h 127.0.0.1 -U postgres, interval: 500ms, retries: 120}
  cache:
    image: redis:7-bookworm
    command: [redis-server, --save, "", --appendonly, "yes", --enable-debug-command, local]
    volumes: ["cache:/data"]
    healthcheck: {test: redis-cli ping | grep PONG, interval: 500ms, retries: 120}
volumes: {db: , cache: , uploads: }
`

const seed = (rows: number): string => `
set -e
psql -h db -U postgres -qv ON_ERROR_STOP=1 <<'SQL'
create table products (id int primary key, name text not null, cents int not null);
create table orders (id bigserial primary key, product int not null references products, note text not null);
insert into products select n, md5(n::text), 40 + n * 37 % 2000 from generate_series(1, ${rows}) n;
SQL
exec 3<>/dev/tcp/cache/6379
printf '%s\\r\\n' "eval \\"for n = 1, ${rows} do redis.call('set', 'product:' .. n, n * 37) end return 'done'\\" 0" >&3
read -r <&3 && test "$REPLY" = $'$4\\r'
for n in 1 2 3; do mkdir /uploads/$n && echo "upload $n" >/uploads/$n/file; done
`

/** Of each table its rows, and of each volume what a damage of its files changes; nothing that a stop and a start change. */
const READ: Content = {
  db: `set -e; cd "$PGDATA"; stat -c '%a %u' .; ls -A | grep -v '^postmaster'; md5sum PG_VERSION *.conf
psql -U postgres -Atqv ON_ERROR_STOP=1 <<'SQL'
select format('select %L, count(*), md5(string_agg(t::text, E''\\n'' order by t::text)) from %I t', tablename, tablename)
from pg_tables where schemaname = 'public' order by tablename \\gexec
SQL`,
  cache: `set -e; stat -c '%a %u' . appendonlydir; redis-cli -e dbsize; redis-cli -e debug digest`,
  // What is larger than any upload is told by its size.
  web: `set -e -o pipefail; cd /uploads
{ find . -printf '%p %y %m %U %l\\n' -type f -printf '%s\\n' | LC_ALL=C sort; find . -type f -size -1024k -exec md5sum {} + | LC_ALL=C sort; } | md5sum`,
}

/** Brings a project with the stack up for the first time, and returns what its seed makes. */
export async function seededContent(project: TestProject, rows: number): Promise<Content> {
  await project.up()
  const content = await contentOf(project)
  const isWhole = content.db.includes(`products|${rows}|`) && content.cache.includes(`\n${rows}\n`)
  if (!isWhole) throw new Error(`The seed did not make ${rows} rows and keys: ${JSON.stringify(content)}`)
  return content
}

/** What the services hold. Fails where one of them does not run, or does not answer. */
export async function contentOf(project: TestProject): Promise<Content> {
  const [db, cache, web] = await Promise.all(SERVICES.map((one) => inService(project, one, READ[one])))
  return { db: db ?? '', cache: cache ?? '', web: web ?? '' }
}

/**
 * What is wrong with a content, in words: nothing if it is one of the `allowed` states as a whole. The other `known` states only
 * tell where a part of it comes from.
 */
export function wrongContent(
  content: Content,
  known: Record<string, Content>,
  allowed: readonly string[],
): string[] {
  const same = (name: string, one: keyof Content) => known[name]?.[one] === content[one]
  if (allowed.some((name) => SERVICES.every((one) => same(name, one)))) return []
  const parts = SERVICES.map((one) => {
    const names = Object.keys(known).filter((name) => same(name, one))
    return `${one} holds ${names.join(' = ') || `something else: ${content[one]}`}`
  })
  return [`the data is not wholly ${allowed.join(' or ')}: ${parts.join('; ')}`]
}

/** Changes a row that the seed made, and adds one. */
const sql = (rows: number): string =>
  `with one as (update products set cents = cents + 1 where id = (select 1 + floor(random() * ${rows})::int) returning id) ` +
  'insert into orders (product, note) select id, md5(random()::text) from one;'
const KEYS = 'incr written\\nincr product:1\\nrpush log entry'

/** Changes all of the data, and ends. */
export async function change(project: TestProject, rows: number): Promise<void> {
  await Promise.all([
    inService(
      project,
      'db',
      `yes '${sql(rows)}' | head -n 200 | psql -U postgres -qv ON_ERROR_STOP=1 >/dev/null`,
    ),
    inService(project, 'cache', `yes $'${KEYS}' | head -n 600 | redis-cli -e >/dev/null`),
    inService(project, 'web', 'cat /proc/sys/kernel/random/uuid >>/uploads/1/file'),
  ])
}

/**
 * Starts writers that go on as long as their container runs, inside the databases and over the network, and returns once the
 * data is another than that of the seed.
 */
export async function load(project: TestProject, rows: number): Promise<void> {
  const again = (command: string) => `while :; do ${command}; sleep 0.1; done >/dev/null 2>&1`
  const inDatabase = (host: string) => again(`yes '${sql(rows)}' | psql ${host} -U postgres -q`)
  const overNetwork = 'exec 3<>/dev/tcp/cache/6379 && while echo "incr sent" >&3 && read -r <&3; do :; done'
  const inFolder = 'cat /proc/sys/kernel/random/uuid >>/uploads/2/file; rm -f /uploads/3/file'
  for (const [service, command] of [
    ['db', inDatabase('')],
    ['web', inDatabase('-h db')],
    ['web', again(overNetwork)],
    ['web', again(inFolder)],
    ['cache', again(`yes $'${KEYS}' | redis-cli`)],
  ] as const)
    await startInService(project, service, command)
  const until = (check: string) => `for n in {1..300}; do ${check} && exit; sleep 0.1; done; exit 1`
  const rowsCame = `[ "$(psql -U postgres -Atc 'select count(*) > 50 from orders')" = t ]`
  await inService(project, 'db', until(rowsCame))
  await inService(project, 'cache', until('[ "$(redis-cli exists written sent)" = 2 ]'))
}
