import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { dockerBuildx } from '../rig/docker-plugins.ts'
import type { Figure } from './figures.ts'
import { gitIn } from './git.ts'
import { inPairs } from './pairs.ts'
import { measureProgram } from './program.ts'
import type { Sample } from './sample.ts'
import type { ScreenFigure } from './screens.ts'
import { createSubject, type Subject } from './subject.ts'
import { pristine } from './tools.ts'

const FILES = 20_000
const FILES_A_FOLDER = 100
const CONTEXT = `${FILES} small files, all of them copied`
const BUILDX = '`docker buildx build` of the same folder'

/**
 * A build whose context is 20,000 files: first, after one of them changed, and with nothing to do. `docker buildx build`
 * starts no container and keeps nothing; `up` does both.
 */
export async function manyFiles(count: number): Promise<{ figures: Figure[]; lists: ScreenFigure[] }> {
  const inNewFolder = async (work: (subject: Subject) => Promise<Sample>) => {
    await using subject = await manyFilesSubject()
    return await work(subject)
  }
  const first = await inPairs(
    count,
    () => inNewFolder((subject) => pristine(subject, 'up')),
    () => inNewFolder(buildxBuild),
  )
  await using subject = await manyFilesSubject()
  await gitIn(subject, ['init', '-q'])
  await gitIn(subject, ['add', '-A'])
  await gitIn(subject, ['commit', '-q', '-m', 'All'])
  await pristine(subject, 'up')
  await buildxBuild(subject)
  const changed = await inPairs(
    count,
    () => change(subject).then(() => pristine(subject, 'up')),
    () => change(subject).then(() => buildxBuild(subject)),
  )
  await pristine(subject, 'up')
  const nothing = await inPairs(
    count,
    () => pristine(subject, 'up'),
    () => gitIn(subject, ['status', '--porcelain']),
  )
  return {
    figures: [
      { work: `first \`up\`, ${CONTEXT}`, against: BUILDX, reach: 1.15, pairs: first },
      { work: '`up` after one of them changed', against: BUILDX, reach: 1.3, pairs: changed },
      {
        work: '`up` of them, nothing to do',
        against: '`git status` of the same folder',
        reach: 1.5,
        pairs: nothing,
      },
    ],
    lists: [
      {
        what: "engine's list of images, a version of them",
        reach: '≤ 20 KB',
        measured: `${((await bytesAVersion(subject)) / 1000).toFixed(1)} KB`,
      },
    ],
  }
}

/** How long the engine's list of a subject's images is, for each of its versions. */
async function bytesAVersion(subject: Subject): Promise<number> {
  const { docker } = await subject.connect()
  const versions = await subject.engine.versions(subject.folder)
  const repository = versions[0]?.image.split(':')[0] ?? ''
  const images = await docker.listImages({ filters: JSON.stringify({ reference: [repository] }) })
  return JSON.stringify(images).length / images.length
}

async function manyFilesSubject(): Promise<Subject> {
  const nonce = randomBytes(8).toString('hex')
  const subject = await createSubject({ nonce, context: '..', dockerfile: ['COPY src /src'] })
  await writeFile(path.join(subject.folder, '.dockerignore'), '.git\n')
  for (let at = 0; at < FILES; at += FILES_A_FOLDER) {
    const folder = path.join(subject.folder, 'src', `part-${at % 1000}`, `module-${at}`)
    await mkdir(folder, { recursive: true })
    const names = Array.from({ length: FILES_A_FOLDER }, (_, index) => path.join(folder, `${index}.ts`))
    await Promise.all(names.map((name) => writeFile(name, `export const value = '${nonce} ${name}'\n`)))
  }
  return subject
}

const change = (subject: Subject): Promise<void> =>
  appendFile(path.join(subject.folder, 'src/part-0/module-0/0.ts'), `// ${randomBytes(8).toString('hex')}\n`)

/** A build that starts nothing afterwards. The engine is the one that `pristine` uses. */
async function buildxBuild(subject: Subject): Promise<Sample> {
  const tag = `bench/${path.basename(path.dirname(subject.folder)).toLowerCase()}`
  const build = ['build', '--quiet', '--file', '.devcontainer/Dockerfile', '--tag', tag, '.']
  return measureProgram([...(await dockerBuildx()), ...build], {
    cwd: subject.folder,
    env: { ...subject.env, BUILDX_CONFIG: subject.scratch },
  })
}
