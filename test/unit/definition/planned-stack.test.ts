// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of Compose files looks like this
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openRecipes } from '../../../main/build/read-recipe.ts'
import { composeRun } from '../../../main/container/launch/compose-run.ts'
import { hasStackFiles, packStackFiles } from '../../../main/container/launch/secret-and-config-files.ts'
import { environmentOf } from '../../../main/definition/compose/read-env-files.ts'
import type { StackService } from '../../../main/definition/compose/stack/stack.ts'
import { plannedStack } from '../../../main/definition/planned-stack.ts'
import { storeReading, VersionFiles } from '../../../main/definition/version-files.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import { planProject } from '../../../main/plan/plan.ts'
import { storePlan, versionId } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { productError } from '../../../shared/errors.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'
import { entriesOf } from '../inputs/tar-entries.ts'

const GIT = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
const DIGEST = `docker.io/library/busybox@sha256:${'a'.repeat(64)}`
const FILES = {
  'shop/pristine.lock': JSON.stringify({
    ...{ lockVersion: 1, downloads: {} },
    images: { 'busybox:1.36': { resolved: DIGEST } },
  }),
  'shop/compose.yaml': `services:
  web:
    image: busybox:1.36
    env_file: [app.env, local.env]
    environment: {LEVEL: "\${LEVEL}"}
    configs: [conf]
    secrets: [token]
  sealed: {image: "busybox:1.36", read_only: true, configs: [other]}
configs: {conf: {file: "\${PWD}/app.conf"}, other: {file: ./other.conf}}
secrets: {token: {file: ./token}}
`,
  'shop/.gitignore': 'local.env\ntoken\n',
  'shop/.env': 'LEVEL=old\n',
  'shop/app.env': 'APP=old\n',
  'shop/local.env': 'LOCAL=old\n',
  'shop/app.conf': 'old\n',
  'shop/other.conf': 'old\n',
  'shop/token': 'old\n',
}

const contextOf = (folder: Scratch) => ({
  home: openHome({ PRISTINE_HOME: folder.at('home') }),
  env: {},
  engine: () => Promise.reject(productError('engine-missing', { tried: ['nothing'] })),
})

async function planIn(folder: Scratch) {
  const git = (...args: string[]) => execFileSync('git', ['-C', folder.at('shop'), ...args])
  git('init', '--quiet')
  git('add', '.')
  const project = await openProject(folder.at('shop'))
  const options = { frozen: true, shared: true }
  const { plan, definition } = await planProject(contextOf(folder), project, options, silentRun())
  return { project, plan, definition }
}

test('an earlier version has the files that git tracked as they were, and names those of today', async () => {
  await using folder = await scratch(FILES)
  const { project, plan } = await planIn(folder)
  expect(plan.inputs.map(([name]) => name)).toEqual(['.env', 'app.conf', 'app.env', 'other.conf'])
  const read = async () => {
    const id = versionId(plan)
    const files = await VersionFiles.open(contextOf(folder), project, id, plan.inputs)
    const stack = await plannedStack(contextOf(folder), project, { id, plan }, { files })
    const web = stack.of('web')
    if (!web) throw new Error('The service is there.')
    const { LEVEL, APP, LOCAL } = environmentOf(web.service)
    const tar = await packStackFiles(web)
    const place = { folder: project.path, root: project.path, home: '/home/me', file: 'compose.yaml' }
    const { mounts } = composeRun(web, plan.services[0]?.run as never, place)
    return {
      env: [LEVEL, APP, LOCAL],
      written: tar ? (await entriesOf(tar)).map(({ header, content }) => [header.name, String(content)]) : [],
      mounted: mounts.map(({ target }) => target),
      sealed: stack.of('sealed')?.stack.configs['other'],
      today: [...files.today].sort(),
    }
  }
  const unchanged = { env: ['old', 'old', 'old'], written: [], mounted: ['/run/secrets/token', '/conf'] }
  expect(await read()).toMatchObject({ ...unchanged, today: ['local.env', 'token'] })
  for (const name of Object.keys(FILES).filter((name) => FILES[name as keyof typeof FILES].includes('old')))
    await folder.write(name, FILES[name as keyof typeof FILES].replace('old', 'new'))
  // Nothing is kept yet.
  expect(await read()).toMatchObject({
    env: ['new', 'new', 'new'],
    mounted: unchanged.mounted,
    today: ['.env', 'app.conf', 'app.env', 'local.env', 'other.conf', 'token'],
  })
  for (const name of ['.env', 'app.conf', 'app.env', 'other.conf'] as const) {
    const content = FILES[`shop/${name}`]
    await folder.write(`home/blobs/${createHash('sha256').update(content).digest('hex')}`, content)
  }
  expect(await read()).toMatchObject({
    env: ['old', 'old', 'new'],
    written: [['conf', 'old\n']],
    mounted: ['/run/secrets/token'],
    // Nothing can be written into a container that is read-only.
    sealed: { kind: 'file', file: './other.conf' },
    today: ['local.env', 'other.conf', 'token'],
  })
})

test('an earlier version has the file of today where it would be written into what is mounted', async () => {
  await using folder = await scratch({
    'shop/pristine.lock': FILES['shop/pristine.lock'],
    'shop/compose.yaml': `services:
  web: {image: "busybox:1.36", volumes: [".:/src/"], configs: [{source: conf, target: /src/config/local.yml}]}
  db: {image: "busybox:1.36", volumes: ["data:/data"], configs: [{source: conf, target: /data/app.yml}]}
  memory: {image: "busybox:1.36", tmpfs: ["/run:size=1m"], secrets: [conf]}
  other: {image: "busybox:1.36", volumes: [".:/src"], configs: [{source: conf, target: /src.yml}]}
volumes: {data: }
configs: {conf: {file: ./app.conf}}
secrets: {conf: {file: ./app.conf}}
`,
    'shop/app.conf': 'old\n',
  })
  const { project, plan } = await planIn(folder)
  const sha256 = createHash('sha256').update('old\n').digest('hex')
  await folder.write(`home/blobs/${sha256}`, 'old\n')
  await folder.write('shop/app.conf', 'new\n')
  const id = versionId(plan)
  const files = await VersionFiles.open(contextOf(folder), project, id, plan.inputs)
  const stack = await plannedStack(contextOf(folder), project, { id, plan }, { files })
  const place = { folder: project.path, root: project.path, home: '/home/me', file: 'compose.yaml' }
  const has = (name: string) => {
    const service = stack.of(name)
    if (!service) throw new Error('The service is there.')
    const { mounts } = composeRun(
      service,
      plan.services.find((one) => one.name === name)?.run as never,
      place,
    )
    return { mounted: mounts.map(({ target }) => target), isWritten: hasStackFiles(service) }
  }
  expect(has('web')).toEqual({ mounted: ['/src', '/src/config/local.yml'], isWritten: false })
  expect(has('db').isWritten).toBe(false)
  expect(has('memory')).toEqual({ mounted: ['/run', '/run/secrets/conf'], isWritten: false })
  expect(has('other')).toEqual({ mounted: ['/src'], isWritten: true })
  expect([...files.today]).toEqual(['app.conf'])
})

test("an earlier version has no file that came later, unless that is the person's own", async () => {
  await using folder = await scratch({
    'shop/pristine.lock': FILES['shop/pristine.lock'],
    'shop/compose.yaml': `services:
  web:
    image: busybox:1.36
    env_file: [{path: extra.env, required: false}]
    environment: {LEVEL: "\${LEVEL:-1}"}
`,
  })
  const { project, plan, definition } = await planIn(folder)
  const id = versionId(plan)
  const read = async () => {
    const files = await VersionFiles.open(contextOf(folder), project, id, plan.inputs)
    const { of } = await plannedStack(contextOf(folder), project, { id, plan }, { files })
    const { LEVEL, EXTRA } = environmentOf(of('web')?.service as StackService)
    return { LEVEL, EXTRA, today: [...files.today].sort() }
  }
  await storeReading(contextOf(folder).home, id, definition)
  await folder.write('shop/.env', 'LEVEL=2\n')
  await folder.write('shop/extra.env', 'EXTRA=broken\n')
  expect(await read()).toEqual({ LEVEL: '2', EXTRA: 'broken', today: ['.env', 'extra.env'] })
  execFileSync('git', ['-C', folder.at('shop'), 'add', '.env', 'extra.env'])
  expect(await read()).toEqual({ LEVEL: '1', EXTRA: undefined, today: [] })

  // What git tracks is read once for the recipes of all versions; only git can read this index.
  execFileSync('git', ['-C', folder.at('shop'), 'update-index', '--split-index'])
  await folder.write('bin/git', `#!/bin/sh\necho "$*" >> "$ASKED"\nexec ${GIT} "$@"\n`, 0o755)
  const env = { PATH: `${folder.at('bin')}:/bin`, ASKED: folder.at('asked') }
  await storePlan(contextOf(folder).home, id, plan)
  const recipe = await openRecipes({ ...contextOf(folder), env }, project)
  const named = { id, ordinal: 1 }
  expect(await Promise.all([recipe(named), recipe(named)])).toMatchObject([{ whole: true }, { whole: true }])
  const asked = await readFile(folder.at('asked'), 'utf8')
  expect(asked.match(/ ls-files --stage /g)).toHaveLength(1)

  // Of a version that was made by an older Pristine, it is not known, nor from a record that is broken.
  const record = path.join(contextOf(folder).home.version(id), 'reading.json')
  for (const change of [() => rm(record), () => writeFile(record, '["'), () => writeFile(record, '{}')]) {
    await change()
    expect(await read()).toEqual({ LEVEL: '2', EXTRA: 'broken', today: ['.env', 'extra.env'] })
  }
})
