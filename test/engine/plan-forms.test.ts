import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { versionId } from '../../main/plan/plan-store.ts'
import { canonical } from '../../shared/canonical.ts'
import { shortId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import { halves } from '../sample.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const files = (level: number, own: string) => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    containerEnv: { LEVEL: String(level) },
  }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo ${own} >/own\n`,
  'package-lock.json': `{"level": ${level}}\n`,
})

/** Makes of what `up` left what an older Pristine would have left: a plan of form 1, and all of it in the image's labels. */
async function asOlderPristineLeftIt(project: TestProject): Promise<string> {
  const home = project.env['PRISTINE_HOME'] ?? ''
  const key = await project.key()
  const [version] = await project.versions()
  if (!version) throw new Error('There is no version.')
  const { Config, HostConfig, Id, Image } = await inspect(await project.status())
  const store = (id: string) => path.join(home, 'versions', id)
  const plan: Plan = JSON.parse(await readFile(path.join(store(version.id), 'plan.json'), 'utf8'))
  const { name, dockerfile, target, args, context, files, images, downloads, run } = plan
    .services[0] as Plan['services'][0]
  const service = { name, dockerfile, target, args, context, files, images, downloads, run }
  const old: Plan = { planVersion: 1, file: plan.file, services: [service], inputs: plan.inputs }
  const id = versionId(old)
  const text = canonical(old)
  await rename(store(version.id), store(id))
  await writeFile(path.join(store(id), 'plan.json'), text)
  const pieces = text.match(/.{1,2000}/gs) ?? []
  const labels: Record<string, string> = {
    'dev.pristine.version': id,
    'dev.pristine.plan': pieces.length > 1 ? String(pieces.length) : text,
    ...Object.fromEntries(
      pieces.length > 1 ? pieces.map((piece, at) => [`dev.pristine.plan.${at + 1}`, piece]) : [],
    ),
  }
  await docker().getContainer(Id).remove({ force: true })
  const bare = await docker().createContainer({ Image, Entrypoint: ['/bin/true'] })
  const ImageConfig = (await docker().getImage(Image).inspect()).Config
  const committed = (await bare.commit({
    _query: { container: bare.id },
    _body: { ...ImageConfig, Labels: { ...ImageConfig.Labels, ...labels } },
  } as never)) as unknown as { Id: string }
  await bare.remove()
  const repo = `pristine/${key}`
  for (const tag of [`v${version.ordinal}`, 'known-good', shortId(id)])
    await docker().getImage(committed.Id).tag({ repo, tag })
  await docker()
    .getImage(`${repo}:${shortId(version.id as never)}`)
    .remove()
  const request: Record<string, string> = JSON.parse(Config.Labels['dev.pristine.request'] ?? '{}')
  const imagePart = createHash('sha256').update(canonical(committed.Id)).digest('hex').slice(0, 12)
  const container = await docker().createContainer({
    ...Config,
    Hostname: '',
    Image: committed.Id,
    Labels: {
      ...Config.Labels,
      ...labels,
      'dev.pristine.request': canonical({ ...request, Image: imagePart }),
    },
    HostConfig,
  })
  await container.start()
  const ledger = path.join(home, 'projects', key, 'ledger.jsonl')
  const told = await readFile(ledger, 'utf8')
  const told1 = told.replaceAll(version.id, id).replaceAll(Image, committed.Id).replaceAll(Id, container.id)
  await writeFile(ledger, told1)
  return id
}

const notes = (project: TestProject) =>
  project.events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))
const built = (project: TestProject) =>
  project.events.some((event) => event.kind === 'step' && event.name.includes('RUN'))

testEven(
  'a version that an older Pristine made is not built again: it runs on, is listed, compared and gone back to',
  async () => {
    const own = randomBytes(6).toString('hex')
    await using project = await testProject(files(1, own))
    await project.up()
    const before = await asOlderPristineLeftIt(project)
    project.events.length = 0
    const { environment } = await project.status()
    expect(await project.versions()).toMatchObject([{ id: before, ordinal: 1, current: true, plan: true }])
    // Whoever only looks says the same and writes nothing.
    const { wanted, version, because } = await project.status()
    expect({ wanted, version: version?.id, because }).toEqual({
      wanted: { id: version?.id, ordinal: 1 },
      version: version?.id,
      because: [],
    })
    expect(version?.id).not.toBe(before)
    expect(await project.engine.verify(project.folder, undefined, project.run())).toMatchObject({
      ordinal: 1,
      image: true,
    })
    expect(await project.versions()).toMatchObject([{ id: before }])

    expect(await project.up()).toMatchObject({
      action: 'none',
      version: { id: version?.id, ordinal: 1 },
      environment,
    })
    expect(notes(project)).toEqual([expect.stringContaining('v1 has a new id')])
    expect(await project.up()).toMatchObject({ action: 'none', environment })
    expect(notes(project)).toHaveLength(1)
    expect(built(project)).toBe(false)
    const known = { id: version?.id, ordinal: 1, current: true, knownGood: true, plan: true, present: true }
    expect(await project.versions()).toMatchObject([known])
    expect(await project.exec('cat /own')).toMatchObject({ stdout: `${own}\n` })
    expect(await project.reset()).toMatchObject({ action: 'recreated', version: { ordinal: 1 } })

    await project.write(files(2, own))
    expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
    const { inputs } = await project.engine.diff(project.folder, 'v1', 'v2')
    expect(inputs.map(({ input }) => input)).toEqual(['containerEnv.LEVEL', 'package-lock.json'])
    expect(await project.reset(before)).toMatchObject({ version: { ordinal: 1 } })
    await project.reset('v2')
    // With the image every name goes that it had.
    await project.engine.mark(project.folder, 'v2')
    await project.engine.clean(project.folder, { apply: true }, project.run())
    await project.engine.remove(project.folder, { data: true, versions: true })
    expect(await thingsOf(await project.key())).toMatchObject({ containers: [], tags: [] })
  },
)

testOdd('an image that carries its plan is gone back to when the data folder is lost', async () => {
  const own = randomBytes(6).toString('hex')
  await using project = await testProject(files(1, own))
  await project.up()
  const before = await asOlderPristineLeftIt(project)
  await rm(project.env['PRISTINE_HOME'] ?? '', { recursive: true })
  await mkdir(project.env['PRISTINE_HOME'] ?? '')
  expect(await project.versions()).toMatchObject([{ id: before, ordinal: 1, plan: false }])
  expect(await project.reset()).toMatchObject({ action: 'recreated', version: { id: before, ordinal: 1 } })
  expect(await project.versions()).toMatchObject([{ id: before, ordinal: 1, current: true, plan: true }])
  expect(await project.up()).toMatchObject({ action: 'none', version: { ordinal: 1 } })
})
