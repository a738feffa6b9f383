import { randomBytes } from 'node:crypto'
import { dockerCompose } from '../rig/docker-plugins.ts'
import type { Figure } from './figures.ts'
import { inPairs } from './pairs.ts'
import { measureProgram } from './program.ts'
import type { Sample } from './sample.ts'
import { type Subject, subjectOf } from './subject.ts'
import { pristine } from './tools.ts'

/** An application with a database and a cache. */
const COMPOSE = `
services:
  web:
    image: debian:bookworm-slim
    init: true
    command: sleep infinity
    volumes: [".:/app"]
    depends_on: {db: {condition: service_healthy}, cache: {condition: service_healthy}}
  db:
    image: postgres:15-bookworm
    environment: {POSTGRES_HOST_AUTH_METHOD: trust}
    volumes: ["db:/var/lib/postgresql/data", ".:/app"]
    healthcheck: {test: pg_isready -h 127.0.0.1 -U postgres, interval: 200ms, retries: 150}
  cache:
    image: redis:7-bookworm
    volumes: ["cache:/data"]
    healthcheck: {test: redis-cli ping, interval: 200ms, retries: 150}
volumes: {db: , cache: }
`
const DEFINITION = {
  dockerComposeFile: 'compose.yaml',
  service: 'web',
  workspaceFolder: '/app',
  userEnvProbe: 'none',
}
const FILES = { '.devcontainer.json': JSON.stringify(DEFINITION), 'compose.yaml': COMPOSE }

const TABLE =
  'create table orders (id serial primary key, customer text not null, total numeric not null, placed timestamptz not null)'
const fill = (rows: number): string =>
  `insert into orders (customer, total, placed) select md5(n::text), n % 1000, now() from generate_series(1, ${rows}) n`

/** Three services, first and again, and their reset with data against a reload of the same rows. */
export async function stacks(count: number): Promise<Figure[]> {
  const compose = await dockerCompose()
  const first: Figure = {
    work: 'first `up` of three services',
    against: '`docker-compose up -d`, first',
    reach: 1.1,
    pairs: await inPairs(count, firstUp, () => firstUpOf(compose)),
  }
  await using own = await subjectOf(FILES)
  await using theirs = await ComposeProject.open(compose)
  await pristine(own, 'up')
  await theirs.run('up', '-d')
  const again: Figure = {
    work: '`up` of three services, nothing to do',
    against: '`docker-compose up -d`, nothing to do',
    reach: 0.5,
    pairs: await inPairs(
      count,
      () => pristine(own, 'up'),
      () => theirs.run('up', '-d'),
    ),
  }
  return [
    first,
    again,
    await reset(count, compose, 200_000, 0.3),
    await reset(count, compose, 2_000_000, 0.1),
  ]
}

async function firstUp(): Promise<Sample> {
  await using subject = await subjectOf(FILES)
  return await pristine(subject, 'up')
}

async function firstUpOf(compose: Command): Promise<Sample> {
  await using project = await ComposeProject.open(compose)
  return await project.run('up', '-d')
}

/** From data that somebody changed back to the seed, with programs that run and answer. */
async function reset(count: number, compose: Command, rows: number, reach: number): Promise<Figure> {
  await using own = await subjectOf(FILES)
  await using theirs = await ComposeProject.open(compose)
  await theirs.run('up', '-d')
  for (const sql of [TABLE, fill(rows)]) await theirs.inDatabase('psql', '-U', 'postgres', '-qc', sql)
  await theirs.inDatabase('pg_dump', '-U', 'postgres', '-f', '/app/seed.sql')
  await pristine(own, 'up')
  for (const sql of [TABLE, fill(rows)])
    await pristine(own, 'exec', '--service', 'db', '--', 'psql', '-U', 'postgres', '-qc', sql)
  await pristine(own, 'snapshot', 'take', 'seeded')
  return {
    work: `\`reset --data\` of three services, ${rows.toLocaleString('en')} rows`,
    against: '`docker-compose down -v`, `up -d`, load a dump of the rows',
    reach,
    pairs: await inPairs(
      count,
      () => pristine(own, 'reset', '--data', 'seeded'),
      async () => {
        const samples = [
          await theirs.run('down', '-v'),
          await theirs.run('up', '-d'),
          await theirs.inDatabase('psql', '-U', 'postgres', '-qf', '/app/seed.sql'),
        ]
        return { wall: samples.reduce((sum, { wall }) => sum + wall, 0), processor: undefined }
      },
    ),
  }
}

type Command = [command: string, ...args: string[]]

/** The same files as docker-compose runs them. */
class ComposeProject implements AsyncDisposable {
  private readonly subject: Subject
  private readonly command: string[]

  private constructor(subject: Subject, command: string[]) {
    this.subject = subject
    this.command = command
  }

  static async open(compose: Command): Promise<ComposeProject> {
    const name = `bench-${randomBytes(4).toString('hex')}`
    return new ComposeProject(await subjectOf(FILES), [...compose, '-p', name])
  }

  run(...args: string[]): Promise<Sample> {
    const { folder, env } = this.subject
    return measureProgram([...this.command, ...args], { cwd: folder, env })
  }

  inDatabase(...args: string[]): Promise<Sample> {
    return this.run('exec', '-T', 'db', ...args)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run('down', '-v', '-t', '0')
    await this.subject[Symbol.asyncDispose]()
  }
}
