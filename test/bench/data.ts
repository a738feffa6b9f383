import { setTimeout as pause } from 'node:timers/promises'
import type { Figure } from './figures.ts'
import { inPairs } from './pairs.ts'
import { measure } from './sample.ts'
import { quietRun, type Subject, subjectOf } from './subject.ts'
import { pristine } from './tools.ts'

/** So many pairs of what writes a gigabyte are enough. */
const FEW = 3

/** Resets of data by its size, and what a layered volume costs a database. */
export async function data(count: number): Promise<Figure[]> {
  const few = Math.min(count, FEW)
  return [await againstCopy(few), await bySize(few), await layered(few)]
}

const definitionOf = (more: object): Record<string, string> => ({
  '.devcontainer.json': JSON.stringify({ image: 'debian:bookworm-slim', userEnvProbe: 'none', ...more }),
})

async function againstCopy(count: number): Promise<Figure> {
  const mounts = ['source=data,target=/data,type=volume', 'source=copy,target=/copy,type=volume']
  await using own = await filled(1_024, {})
  await using theirs = await filled(1_024, { mounts })
  return {
    work: '`reset --data`, 1 GB',
    against: '`cp -a` of it in a container',
    reach: 0.3,
    pairs: await inPairs(
      count,
      () => pristine(own, 'reset', '--data', 'seeded'),
      async () => {
        await inside(theirs, 'rm -rf /copy/*')
        return await measure(() => inside(theirs, 'cp -a /data/. /copy'))
      },
    ),
  }
}

async function bySize(count: number): Promise<Figure> {
  await using large = await filled(8 * 1_024, {})
  await using small = await filled(100, {})
  return {
    work: '`reset --data`, 8 GB',
    against: '`reset --data`, 100 MB',
    reach: 1.3,
    pairs: await inPairs(
      count,
      () => pristine(large, 'reset', '--data', 'seeded'),
      () => pristine(small, 'reset', '--data', 'seeded'),
    ),
  }
}

/** A project with so many files of a megabyte in a volume, and a snapshot of it. */
async function filled(megabytes: number, more: object): Promise<Subject> {
  const subject = await subjectOf(definitionOf({ mounts: ['source=data,target=/data,type=volume'], ...more }))
  await pristine(subject, 'up')
  await inside(subject, `for n in $(seq ${megabytes}); do head -c 1M /dev/urandom >/data/$n; done`)
  await pristine(subject, 'snapshot', 'take', 'seeded')
  return subject
}

const BENCH = 'pgbench -U postgres -n -c 4 -j 2 -t 1000'

async function layered(count: number): Promise<Figure> {
  await using own = await database()
  await using theirs = await database()
  await pristine(own, 'snapshot', 'take', 'seeded')
  await answers(own)
  return {
    work: '4,000 transactions of `pgbench` on a layered volume',
    against: 'on a plain volume',
    reach: 1.11,
    pairs: await inPairs(
      count,
      () => measure(() => inside(own, BENCH)),
      () => measure(() => inside(theirs, BENCH)),
    ),
  }
}

async function database(): Promise<Subject> {
  const subject = await subjectOf(
    definitionOf({
      image: 'postgres:15-bookworm',
      overrideCommand: false,
      containerEnv: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
    }),
  )
  await pristine(subject, 'up')
  await answers(subject)
  await inside(subject, 'pgbench -U postgres -q -i -s 10')
  return subject
}

async function answers(subject: Subject): Promise<void> {
  while (!(await inside(subject, 'pg_isready -qh 127.0.0.1').then(Boolean, () => false))) await pause(100)
}

/** Runs a command of a shell in a subject's environment, by bare engine calls. Throws unless it ends with 0. */
async function inside(subject: Subject, command: string): Promise<true> {
  const { environment } = await subject.engine.status(subject.folder, undefined, quietRun())
  const { docker } = await subject.connect()
  const container = docker.getContainer(environment.containers[0]?.id ?? '')
  const exec = await container.exec({ Cmd: ['sh', '-c', command], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  await new Promise((resolve, reject) => stream.resume().once('end', resolve).once('error', reject))
  const { ExitCode } = await exec.inspect()
  if (ExitCode !== 0) throw new Error(`${command} ended with ${ExitCode}.`)
  return true
}
