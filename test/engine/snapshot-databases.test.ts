import { expect, test } from 'vitest'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

/** What a database holds, as one text; its writer, which goes on until it is killed. */
interface Database {
  image: string
  more: object
  content: string
  write: string
}

const POSTGRES: Database = {
  image: 'postgres:15-bookworm',
  more: {
    containerEnv: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
    customizations: {
      pristine: { health: { command: 'pg_isready -h 127.0.0.1 -U postgres', interval: '1s', retries: 60 } },
    },
  },
  content: `psql -U postgres -Atc "select count(*), md5(string_agg(t::text, ',' order by n)) from rows t"`,
  write:
    'psql -U postgres -qc "create table if not exists rows (n serial, text text)"; ' +
    'while psql -U postgres -qc "insert into rows (text) select md5(random()::text) from generate_series(1, 200)"; do :; done',
}
const REDIS: Database = {
  image: 'redis:7-bookworm',
  more: {
    customizations: { pristine: { health: { command: 'redis-cli ping', interval: '1s', retries: 30 } } },
  },
  content: 'redis-cli --raw get total; redis-cli --raw lrange rows 0 -1 | md5sum',
  write: 'i=0; while redis-cli rpush rows "row $i" && redis-cli incr total; do i=$((i+1)); done >/dev/null',
}

/** Starts the writer in the background, and waits until it has written. */
async function load(project: TestProject, { write }: Database): Promise<void> {
  await project.exec(`(${write}) >/dev/null 2>&1 & sleep 1`)
}

test.for([
  ['PostgreSQL', POSTGRES],
  ['Redis', REDIS],
] as const)(
  '%s: captured and restored while it is written to, it has exactly the captured rows',
  async ([, database]) => {
    const { image, more, content } = database
    await using project = await testProject(
      devcontainer({ image, userEnvProbe: 'none', overrideCommand: false, ...more }),
    )
    const { engine, folder } = project
    await project.up()
    const read = async () => (await project.exec(content)).stdout
    await load(project, database)
    await engine.takeSnapshot(folder, { name: 'seed' }, project.run())
    const seed = await read()
    expect(seed).toMatch(/^[1-9]\d*/)
    await load(project, database)
    expect(await read()).not.toBe(seed)
    // The writer goes on until its container is stopped.
    await engine.restoreSnapshot(folder, { name: 'seed' }, project.run())
    expect(await read()).toBe(seed)
    await load(project, database)
    await engine.reset(folder, { data: 'seed' }, project.run())
    expect(await read()).toBe(seed)
    // What it was is there as well.
    const [kept] = await engine.snapshots(folder)
    await engine.restoreSnapshot(folder, { name: kept?.name ?? '' }, project.run())
    expect(await read()).not.toBe(seed)
  },
)
