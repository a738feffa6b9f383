// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this

import { randomBytes } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readCurrentState } from '../../main/environment/current-state.ts'
import { ensureImage } from '../../main/environment/ensure-image.ts'
import { planChange } from '../../main/environment/planned-change.ts'
import { launchOrRebuild } from '../../main/environment/rebuild.ts'
import { updateLockfile } from '../../main/environment/update-lockfile.ts'
import { withWriterLock } from '../../main/environment/with-writer-lock.ts'
import { writeIntent } from '../../main/environment/write-ahead-intent.ts'
import { chooseVersion } from '../../main/history/choose-version.ts'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { docker, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const mark = () => randomBytes(6).toString('hex')

/** Makes the images of what the definition wants, as `up` does before it starts anything. */
async function make(project: TestProject): Promise<void> {
  const host = openHost(project.env)
  const opened = await openProject(project.folder, host.home)
  await withWriterLock(host, opened, 'build', project.run(), async (run) => {
    const options = { frozen: false }
    const found = await planChange(host, opened, options, run)
    await ensureImage(host, opened, await updateLockfile(host, opened, options, found, run), run)
  })
}

/** Makes the images of an earlier version if one is gone, as `reset` does. */
async function again(project: TestProject, wanted: string): Promise<boolean> {
  const host = openHost(project.env)
  const opened = await openProject(project.folder, host.home)
  return withWriterLock(host, opened, 'rebuild', project.run(), async (run) => {
    const current = await readCurrentState(host, opened)
    const version = chooseVersion(opened, current.history, wanted)
    return (await launchOrRebuild(host, opened, current, version, run)).rebuilt
  })
}

const image = async (project: TestProject, tag: string) =>
  docker()
    .getImage(`pristine/${await project.key()}:${tag}`)
    .inspect()

const tagsOf = async (project: TestProject): Promise<string[]> =>
  (await thingsOf(await project.key())).tags.map((tag) => tag.split(':')[1] ?? '').sort()

/** The commands that builds ran since then, as they are shown: with their subject. */
const steps = ({ events }: TestProject, from: number): string[] =>
  events
    .slice(from)
    .flatMap((event) =>
      event.kind === 'step' &&
      event.phase === 'build' &&
      event.state === 'done' &&
      event.name.startsWith('RUN')
        ? [`${event.subject}: ${event.name}`]
        : [],
    )

const stack = (own: string, db = 'RUN echo first > /data') => ({
  ...devcontainer({
    dockerComposeFile: '../compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
    features: { './tool': {} },
  }),
  '.devcontainer/tool/devcontainer-feature.json': '{"id": "tool", "version": "1.0.0"}',
  '.devcontainer/tool/install.sh': 'echo tool > /tool\n',
  'compose.yaml': `services:
  web:
    build: {context: web, args: {WHO: "\${WHO:-everybody}"}}
    volumes: [".:/work"]
  worker:
    build: {context: web, args: {WHO: "\${WHO:-everybody}"}, target: base}
  mail:
    build: {context: web, args: {WHO: "\${WHO:-everybody}"}, target: base}
  db:
    build:
      dockerfile_inline: |
        FROM busybox:1.36
        ENV OWN=${own}
        ${db}
  cache: {image: "redis:7-bookworm"}
`,
  'web/Dockerfile': `FROM busybox:1.36 AS base
ARG WHO
COPY app /app
RUN echo ${own} $WHO > /made
FROM base
RUN echo web > /web
`,
  'web/app': 'one',
})

test('each service has an image, which is made once, named, and made again from the recipe', async () => {
  const own = mark()
  await using project = await testProject(stack(own))
  await make(project)
  const [first] = await project.versions()
  const id = first?.id.slice(0, 12) ?? ''
  const names = (version: string) => [
    version,
    ...['cache', 'db', 'mail', 'worker'].map((name) => `${version}.${name}`),
  ]
  expect(await tagsOf(project)).toEqual([...names(id), ...names('v1')].sort())
  expect(first).toMatchObject({ ordinal: 1, present: true, rebuildable: null })
  // Two services of one build have one image, and a service without a build has the pinned one.
  expect((await image(project, 'v1.worker')).Id).toBe((await image(project, 'v1.mail')).Id)
  expect((await image(project, 'v1.worker')).Config.Labels).toEqual({ 'dev.pristine.role': 'version' })
  expect((await image(project, 'v1')).Config.Labels?.['dev.pristine.version']).toBe(first?.id)
  const pinned =
    (await image(project, 'v1.cache')).RepoDigests.find((name) => name.startsWith('redis@')) ?? ''
  expect(pinned).toContain('redis@sha256:')
  expect(steps(project, 0)).toEqual(
    expect.arrayContaining([
      'db: RUN echo first > /data',
      'web stage-1: RUN echo web > /web',
      `mail: RUN echo ${own} \${WHO:-everybody} > /made`,
    ]),
  )
  expect(steps(project, 0).filter((step) => step.startsWith('worker'))).toEqual([])

  // Another database: everything else is as it was. What a crash had named of a version goes.
  const from = project.events.length
  const host = openHost(project.env)
  const { key } = await openProject(project.folder, host.home)
  for (const tag of ['0123456789ab.db', 'v2.db', 'v2.other'])
    await docker()
      .getImage('busybox:1.36')
      .tag({ repo: `pristine/${key}`, tag })
  await writeIntent(host.home.project(key), { kind: 'build' })
  await project.write(stack(own, 'RUN echo second > /data'))
  await make(project)
  expect(steps(project, from)).toEqual(['db: RUN echo second > /data'])
  expect(project.events.slice(from)).toContainEqual({
    kind: 'note',
    text: 'worker: the image is the one of v1, and not built again.',
  })
  for (const name of ['worker', 'mail', 'cache'])
    expect((await image(project, `v2.${name}`)).Id).toBe((await image(project, `v1.${name}`)).Id)
  const second = (await project.versions())[0]?.id.slice(0, 12) ?? ''
  expect(await tagsOf(project)).toEqual(
    [...names(id), ...names('v1'), ...names(second), ...names('v2')].sort(),
  )
  const [web, before] = [await image(project, 'v2'), await image(project, 'v1')]
  expect(web.RootFS).toEqual(before.RootFS)
  expect(web.Id).not.toBe(before.Id)
  // The feature is the first service's alone, and was not installed again.
  expect(web.RootFS.Layers?.length).toBe(((await image(project, 'v2.worker')).RootFS.Layers?.length ?? 0) + 2)
  const { versions } = await project.engine.disk(project.folder)
  expect(versions.map(({ ordinal }) => ordinal)).toEqual([2, 1])

  // Of a version of which one image is gone nothing counts, until that one is built again.
  const gone = await image(project, 'v1.db')
  for (const tag of gone.RepoTags) await docker().getImage(tag).remove()
  expect(await project.versions()).toMatchObject([{ present: true }, { present: false, rebuildable: true }])
  await project.write({ ...stack(own, 'RUN echo third > /data'), 'web/app': 'two' })
  await rename(path.join(project.folder, 'web/Dockerfile'), path.join(project.folder, 'web/Other'))
  expect(await again(project, 'v1')).toBe(true)
  expect(await project.versions()).toMatchObject([{ present: true }, { present: true }])
  expect(await again(project, 'v1')).toBe(false)

  // The history is recovered from the names, but for a version of which an image is gone.
  const known = (await project.versions()).map(({ id, ordinal }) => ({ id, ordinal, present: true }))
  await rm(path.join(host.home.project(key), 'ledger.jsonl'))
  expect(await project.versions()).toMatchObject(known)
  await docker().getImage(`pristine/${key}:${second}.mail`).remove()
  expect(await project.versions()).toMatchObject(known.slice(1))

  // A name that is gone is restored, and an image that only a name is left of is known by it.
  await docker()
    .getImage(`pristine/${await project.key()}:v1.cache`)
    .remove()
  expect(await again(project, 'v1')).toBe(false)
  expect(await tagsOf(project)).toContain('v1.cache')

  const report = await project.engine.clean(project.folder, { apply: true, keep: 0 } as never, project.run())
  expect(report.versions).toEqual([])
  await project.engine.remove(project.folder, { data: true, versions: true })
  expect(await tagsOf(project)).toEqual([])
  // What was pulled is not only this project's.
  expect((await docker().getImage(pinned).inspect()).RepoTags).toEqual(expect.any(Array))
})

test('a service that names the image that another builds runs that one, and no registry is asked for it', async () => {
  const own = mark()
  await using project = await testProject({
    'compose.yaml': `services:
  web: {build: {dockerfile_inline: "FROM busybox:1.36\\nRUN echo ${own} > /made\\n"}, image: "own-${own}", volumes: [".:/work"]}
  worker: {image: "own-${own}:latest"}
`,
  })
  await make(project)
  expect((await image(project, 'v1.worker')).RootFS).toEqual((await image(project, 'v1')).RootFS)
  const lock = await readFile(path.join(project.folder, 'pristine.lock'), 'utf8')
  expect(Object.keys(JSON.parse(lock).images)).toEqual(['busybox:1.36'])
})

test('a build that fails names the service, its file and the line, and leaves nothing', async () => {
  const own = mark()
  await using project = await testProject(stack(own, `RUN echo ${own} && false`))
  await expect(make(project)).rejects.toMatchObject({
    code: 'build-failed',
    exit: 5,
    message: `db: compose.yaml, dockerfile_inline:3: RUN echo ${own} && false failed (exit code: 1).`,
    data: { service: 'db' },
  })
  expect(await tagsOf(project)).toEqual([])
  expect(await project.versions()).toEqual([])
  await project.write({
    ...stack(own),
    'web/Dockerfile': 'FROM busybox:1.36 AS base\nRUN true\nFROM base\nRUN false\n',
  })
  await expect(make(project)).rejects.toMatchObject({
    message: 'web: web/Dockerfile:4: RUN false failed (exit code: 1).',
  })
  // What was built beside is not a version, and its steps are in the builder's cache.
  expect(await tagsOf(project)).toEqual([])
  expect(await project.versions()).toEqual([])
})
