import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { rememberProject } from '../../main/store/project-records.ts'
import { askRegistry, checkPins } from '../../main/verbs/check-pins.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import { COMMAND_LINE } from '../built.ts'
import { retag } from '../rig/retag.ts'
import type { Desk } from './desk.ts'

const execute = promisify(execFile)
const BASE_OF_DOCS = `static-site-${process.pid}:1`
/** The checksums of two releases of a dependency of the shop. */
const NANOID = {
  from: 'sha512-c7+7RQ+dMB5dPwwCp4ee1/iV/q2P6aK1mTZcfr1BTuVlyW9hJYiMPybJCcnBlQtuSmTIWNeazm/zqNoZSSElBg==',
  to: 'sha512-Ir/+ZpE9fDsNH0hQ3C68uyThDXzYcim2EqcZ8zn8Chtt1iylPT9xXJB0kPCnqzgcEGikO9RxSrh63MsmVCU7Fw==',
}
const SHOP = path.join(import.meta.dirname, '../fixtures/shop')

/** A small program that serves a page; `run` is a further line of its Dockerfile. */
const serving = (more: object = {}, run = 'RUN true'): Record<string, string> => ({
  '.devcontainer/devcontainer.json': JSON.stringify(
    { build: { dockerfile: '../Dockerfile', context: '..' }, overrideCommand: false, ...more },
    null,
    2,
  ),
  Dockerfile: `FROM busybox:1.36\nWORKDIR /srv\nCOPY page.html ./\n${run}\nCMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/srv"]\n`,
  'page.html': '<h1>Hello</h1>\n',
})

/** A desk as people have it: environments in every state, made by the real engine. Gives their keys by name. */
export async function setScene(desk: Desk): Promise<Record<string, ProjectKey>> {
  const pristine = (folder: string, ...args: string[]) =>
    execute(process.execPath, [COMMAND_LINE, '-C', folder, ...args], { env: desk.env as NodeJS.ProcessEnv })
  const port = { forwardPorts: [8080] }
  const shop = await desk.project('code/shop', {})
  await cp(SHOP, shop, { recursive: true })
  const billing = await desk.project('code/billing', serving(port))
  const search = await desk.project('code/search-api', serving(port, 'RUN echo search > /etc/motd'))
  // Its base is a tag that is about to move.
  await retag('busybox:1.36', BASE_OF_DOCS, { turn: '1' })
  const docs = await desk.project('code/docs', {
    ...serving({}, 'RUN echo docs > /etc/motd'),
    Dockerfile: `FROM ${BASE_OF_DOCS}\nCMD ["sleep", "infinity"]\n`,
  })
  const gateway = await desk.project(
    'code/mobile-gateway',
    serving({ mounts: ['source=sessions,target=/data,type=volume'] }),
  )
  const lab = await desk.project(
    'work/data-lab',
    serving(
      {
        mounts: ['source=notebooks,target=/data,type=volume'],
        customizations: { pristine: { keep: 1 } },
      },
      'RUN head -c 24000000 /dev/urandom > /srv/model',
    ),
  )
  const folders = { shop, billing, 'search-api': search, docs, 'mobile-gateway': gateway, 'data-lab': lab }
  for (const [name, folder] of Object.entries(folders)) {
    await execute('git', ['init', '-q', '-b', name === 'billing' ? 'tax-2027' : 'main', folder])
  }
  for (const folder of [shop, billing, search, docs, gateway, lab]) await pristine(folder, 'up')

  // shop has a history, and somebody worked inside its container.
  const older = { from: '"5.1.6"', to: '"5.1.5"' }
  const [text, lock] = await Promise.all(
    ['package.json', 'package-lock.json'].map((name) => readFile(path.join(shop, name), 'utf8')),
  )
  await desk.project('code/shop', {
    'package.json': (text ?? '').replace(older.from, older.to),
    'package-lock.json': (lock ?? '').replaceAll(older.from, older.to).replace(NANOID.from, NANOID.to),
  })
  await pristine(shop, 'up')
  const dockerfile = await readFile(path.join(shop, 'Dockerfile'), 'utf8')
  await desk.project('code/shop', {
    Dockerfile: dockerfile.replace('EXPOSE', 'ENV NODE_ENV=development\nEXPOSE'),
  })
  await pristine(shop, 'up')
  await pristine(shop, 'exec', '--', '/bin/sh', '-c', 'for i in 1 2 3 4 5 6; do echo $i > ~/note-$i; done')
  // data-lab has versions that nobody needs any more.
  for (const page of ['Two', 'Three', 'Four', 'Five']) {
    await desk.project('work/data-lab', { 'page.html': `<h1>${page}</h1>\n` })
    await pristine(lab, 'up')
  }
  await pristine(lab, 'exec', '--', '/bin/sh', '-c', 'head -c 3000000 /dev/urandom > /data/notes')
  await pristine(docs, 'stop')
  // Of an environment that was removed the data is left.
  await pristine(gateway, 'rm', '--versions')
  const host = openHost(desk.env)
  await retag('busybox:1.36', BASE_OF_DOCS, { turn: '2' })
  await checkPins(host, await openProject(docs), askRegistry(host), new AbortController().signal)
  const projects = await Promise.all(
    Object.entries(folders).map(async ([name, folder]) => [name, await openProject(folder)] as const),
  )
  for (const [, project] of projects) await rememberProject(host, project)
  return Object.fromEntries(projects.map(([name, { key }]) => [name, key]))
}

/** Changes two definitions while their environments run: one is being built for a while, one cannot be built. */
export async function changeScene(desk: Desk): Promise<void> {
  await desk.project('code/search-api', {
    ...serving({ forwardPorts: [8080] }, 'RUN echo "indexing" && tantivy --version'),
  })
  await desk.project('code/billing', {
    ...serving({ forwardPorts: [8080] }, 'RUN for i in 1 2 3 4 5 6; do echo "tax table $i"; sleep 20; done'),
  })
}

/** A project whose program somebody has to start. */
export const unstarted: Record<string, string> = {
  '.devcontainer/devcontainer.json': JSON.stringify({ image: 'busybox:1.36', forwardPorts: [8080] }),
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
}

/** A project that nobody defined an environment for yet. */
export const newcomer: Record<string, string> = {
  '.nvmrc': '24\n',
  'package.json': JSON.stringify({
    name: 'newsletter',
    scripts: { start: 'node server.js' },
    dependencies: { fastify: '^5.6.0', pg: '^8.16.0', ioredis: '^5.8.0' },
  }),
  'package-lock.json': '{ "lockfileVersion": 3 }\n',
  'server.js': 'fastify().listen({ port: 3000 })\nconst port = process.env.PORT ?? 3000\n',
  'docs/requirements.txt': 'mkdocs==1.6.1\n',
}
