import { expect, test } from 'vitest'
import { inService } from './in-service.ts'
import { type TestProject, testProject } from './test-project.ts'

const stack = (greeting: string): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
    overrideCommand: true,
    customizations: { pristine: { data: { freeze: { cache: 'redis-cli save' } } } },
    userEnvProbe: 'none',
  }),
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    environment: {GREETING: ${greeting}}
    volumes: [".:/work", "files:/files"]
    depends_on:
      db: {condition: service_healthy}
      cache: {condition: service_healthy}
  db:
    image: postgres:15-bookworm
    environment: {POSTGRES_HOST_AUTH_METHOD: trust}
    volumes: ["db:/var/lib/postgresql/data"]
    healthcheck: {test: pg_isready -h 127.0.0.1 -U postgres, interval: 1s, retries: 60}
  cache:
    image: redis:7-bookworm
    # Without the definition's word it would write nothing when it stops.
    command: [redis-server, --save, ""]
    volumes: ["cache:/data"]
    healthcheck: {test: redis-cli ping, interval: 1s, retries: 30}
volumes: {db: , cache: , files: }
`,
})

/** What all services hold, as one text. */
async function contentOf(project: TestProject): Promise<string> {
  const rows = `psql -U postgres -Atc "select count(*), md5(string_agg(t::text, ',' order by n)) from rows t"`
  const list = 'redis-cli --raw get total; redis-cli --raw lrange rows 0 -1 | md5sum'
  const files = 'cat /files/one'
  return [
    await inService(project, 'db', rows),
    await inService(project, 'cache', list),
    (await project.exec(files)).stdout,
  ].join('')
}

/** Starts writers in the background, which go on until they are killed, and waits until they have written. */
async function load(project: TestProject): Promise<void> {
  const insert = 'insert into rows (text) select md5(random()::text) from generate_series(1, 200)'
  const rows = `psql -U postgres -qc "create table if not exists rows (n serial, text text)"; while psql -U postgres -qc "${insert}"; do :; done`
  const list =
    'i=0; while redis-cli rpush rows "row $i" && redis-cli incr total; do i=$((i+1)); done >/dev/null'
  for (const [service, write] of [
    ['db', rows],
    ['cache', list],
  ] as const)
    await inService(project, service, `(${write}) >/dev/null 2>&1 & sleep 1`)
  await project.exec('cat /proc/sys/kernel/random/uuid >/files/one')
}

/** In milliseconds: PostgreSQL starts ten times in it, under load. */
const LONG = 480_000

test('a stack with databases that are written to is captured, restored, emptied, and taken back to another version with its data', {
  timeout: LONG,
}, async () => {
  await using project = await testProject(stack('one'))
  const { engine, folder } = project
  await project.up()
  await load(project)
  await engine.takeSnapshot(folder, { name: 'clean' }, project.run())
  const clean = await contentOf(project)
  expect(clean).toMatch(/^[1-9]\d*\|[0-9a-f]{32}\n[1-9]\d*\n[0-9a-f]{32} .*\n[0-9a-f-]{36}\n$/)
  await load(project)
  expect(await contentOf(project)).not.toBe(clean)
  // The writers go on until their containers are stopped.
  const { restored, kept } = await engine.restoreSnapshot(folder, { name: 'clean' }, project.run())
  expect(restored.volumes).toEqual(['cache', 'db', 'files'])
  expect(await contentOf(project)).toBe(clean)
  await inService(project, 'db', 'psql -U postgres -c "drop table rows"')
  await inService(project, 'cache', 'redis-cli flushall')
  // What it was is there as well.
  await engine.reset(folder, { data: kept?.name ?? '' }, project.run())
  const later = await contentOf(project)
  expect(later).toMatch(/^[1-9]\d*\|/)
  expect(later).not.toBe(clean)

  // The data is captured before another version, which changes it, and goes back with its own.
  await project.write(stack('two'))
  await project.up()
  // What is inside each image is known, also of those that both versions have.
  const inside = {
    db: { tools: { psql: expect.stringMatching(/^15\./) } },
    cache: { tools: { 'redis-cli': expect.stringMatching(/^7\./) } },
  }
  expect(await project.versions()).toMatchObject([{ serviceContents: inside }, { serviceContents: inside }])
  await inService(project, 'db', `psql -U postgres -c "alter table rows add price int default 1"`)
  await inService(project, 'cache', 'redis-cli set total 0')
  const migrated = await contentOf(project)
  expect(migrated).not.toBe(later)
  await project.reset('v1')
  expect(await contentOf(project)).toBe(migrated)
  const notes = project.events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))
  expect(notes.join('\n')).toContain('pristine reset --to v1 --data before-v2')
  await engine.reset(folder, { to: 'v1', data: 'before-v2' }, project.run())
  expect(await contentOf(project)).toBe(later)

  // Without a name all of it begins as at the first start.
  await engine.reset(folder, { data: null }, project.run())
  expect(
    await inService(
      project,
      'db',
      'psql -U postgres -Atc "select 1 from pg_tables where tablename = \'rows\'"',
    ),
  ).toBe('')
  expect(await inService(project, 'cache', 'redis-cli dbsize')).toBe('0\n')
  expect(await project.exists('/files/one')).toBe(false)

  // Data with which one service does not start is restored in none of them.
  await load(project)
  await inService(project, 'db', 'echo none >/var/lib/postgresql/data/PG_VERSION')
  await engine.reset(folder, { data: null }, project.run())
  await load(project)
  const snapshots = await engine.snapshots(folder)
  const restoring = engine.restoreSnapshot(folder, { name: snapshots[0]?.name ?? '' }, project.run())
  await expect(restoring).rejects.toMatchObject({ code: 'container-exited' })
  expect(await project.status()).toMatchObject({ state: 'ready' })
  expect(await contentOf(project)).toMatch(/^[1-9]\d*\|/)
  expect((await engine.snapshots(folder)).map(({ name }) => name)).toEqual(snapshots.map(({ name }) => name))
})
