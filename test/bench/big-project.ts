import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type PlanContext, planProject } from '../../main/plan/plan.ts'
import { openHome } from '../../main/store/home.ts'
import { openProject } from '../../main/store/open-project.ts'
import type { Figure } from './figures.ts'
import { gitIn } from './git.ts'
import { inPairs } from './pairs.ts'
import { measure } from './sample.ts'
import { createSubject, quietRun } from './subject.ts'
import { pristine } from './tools.ts'

const FOLDERS = 500
const FILES_A_FOLDER = 100

/** The plan of an unchanged project with 50,000 files whose build copies lockfiles only, against git's look at it. */
export async function bigProject(count: number): Promise<Figure[]> {
  await using subject = await createSubject({
    context: '..',
    dockerfile: ['COPY package.json package-lock.json /'],
  })
  await fill(subject.folder)
  await subject.engine.lock(subject.folder, {}, quietRun())
  const git = (...args: string[]) => gitIn(subject, args)
  await git('init', '-q')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'All')
  const planner: PlanContext = {
    home: openHome(subject.env),
    env: subject.env,
    engine: () => Promise.reject(new Error('Locked.')),
  }
  const project = await openProject(subject.folder)
  const against = `\`git status\` of ${FOLDERS * FILES_A_FOLDER} files`
  return [
    {
      work: 'plan of an unchanged project',
      against,
      reach: 0.3,
      pairs: await inPairs(
        count,
        () => measure(() => planProject(planner, project, { frozen: true }, quietRun())),
        () => git('status', '--porcelain'),
      ),
    },
    {
      work: '`up --plan` of it',
      against,
      pairs: await inPairs(
        count,
        () => pristine(subject, 'up', '--plan'),
        () => git('status', '--porcelain'),
      ),
    },
  ]
}

async function fill(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), '{ "name": "big" }\n')
  await writeFile(
    path.join(folder, 'package-lock.json'),
    '{ "name": "big", "lockfileVersion": 3, "packages": {} }\n',
  )
  for (let f = 0; f < FOLDERS; f++) {
    const inside = path.join(folder, 'src', `part-${f % 10}`, `module-${f}`)
    await mkdir(inside, { recursive: true })
    const names = Array.from({ length: FILES_A_FOLDER }, (_, i) => path.join(inside, `file-${i}.ts`))
    await Promise.all(
      names.map((name) => writeFile(name, `export const value = '${name.slice(folder.length)}'\n`)),
    )
  }
}
