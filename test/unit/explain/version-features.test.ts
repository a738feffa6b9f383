import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { versionFeatures } from '../../../main/explain/version-features.ts'
import type { ArchiveEntry } from '../../../main/lock/feature-archive.ts'
import { resolvedOf } from '../../../main/lock/feature-pin.ts'
import { storedFeature, storeFeature } from '../../../main/lock/feature-store.ts'
import { writePinCheck } from '../../../main/lock/pin-check.ts'
import { storePlan, versionId } from '../../../main/plan/plan-store.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { Plan, type PlanFeature } from '../../../shared/plan.ts'
import { type Scratch, scratch } from '../inputs/scratch.ts'
import { FORM_1 } from '../plan/form-1.ts'

const REFERENCE = 'r.example/features/tool:1'
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const resolved = (digit: string) => resolvedOf(REFERENCE, digest(digit)) ?? ''
const OPTIONS = {
  version: { type: 'string', default: 'latest' },
  withDocs: { type: 'boolean' },
  flavour: { type: 'string', default: 'sweet' },
}
const contentOf = (text: string): ArchiveEntry[] =>
  Object.entries({
    'devcontainer-feature.json': JSON.stringify({ id: 'tool', options: OPTIONS }),
    'install.sh': `echo ${text}\n`,
  }).map(([name, content]) => ({
    path: name,
    kind: 'file',
    executable: false,
    content: Buffer.from(content),
  }))

/** A project with one stored feature under each digest, and a version of it with the first one. */
async function versionWith(folder: Scratch, digits: string[], more: Partial<PlanFeature> = {}) {
  const home = openHome({ PRISTINE_HOME: folder.at('home') })
  const originOf = (digit: string) => ({ resolved: resolved(digit), integrity: digest(digit) })
  for (const digit of digits) await storeFeature(home, originOf(digit), contentOf(digit))
  const { files } = (await storedFeature(home, originOf(digits[0] ?? ''))) ?? { files: [] }
  const feature: PlanFeature = {
    id: REFERENCE,
    version: '1.2.0',
    options: { VERSION: 'latest', WITHDOCS: 'true', FLAVOUR: '', UNDECLARED: 'x' },
    env: {},
    metadata: { id: REFERENCE },
    files,
    ...more,
  }
  const older = Plan.parse(JSON.parse(FORM_1.text))
  const plan: Plan = {
    ...older,
    planVersion: 2,
    file: '.devcontainer.json',
    services: older.services.map((service) => ({ ...service, features: [feature] })),
  }
  const id = versionId(plan)
  await storePlan(home, id, plan)
  await folder.write('project/.devcontainer.json', '{ "image": "busybox:1.36" }')
  const project = await openProject(folder.at('project'))
  const lock = (digit: string) =>
    folder.write(
      'project/pristine.lock',
      JSON.stringify({
        lockVersion: 1,
        images: {},
        downloads: {},
        features: { [REFERENCE]: { resolved: resolved(digit), integrity: digest(digit) } },
      }),
    )
  const checked = (locked: string, latest: string) =>
    writePinCheck(home, project.key, {
      at: 0,
      lock: 'pristine.lock',
      images: { [REFERENCE]: { locked: resolved(locked), latest: resolved(latest) } },
    })
  return { home, lock, checked, features: () => versionFeatures(home, project, id), files }
}

test('a feature is shown with its version, its digest and the options that are not the defaults', async () => {
  await using folder = await scratch()
  const { lock, features } = await versionWith(folder, ['a', 'b'])
  await lock('a')
  expect(await features()).toEqual([
    {
      reference: REFERENCE,
      version: '1.2.0',
      options: { withDocs: 'true', flavour: '', UNDECLARED: 'x' },
      digest: digest('a'),
      newer: false,
    },
  ])
})

test('the digest is that of the version, wherever the lock has moved to', async () => {
  await using folder = await scratch()
  const { home, lock, checked, features } = await versionWith(folder, ['a', 'b'])
  await lock('b')
  await checked('a', 'b')
  expect(await features()).toMatchObject([{ digest: digest('a'), newer: true }])
  // The check compared another digest than the one that runs.
  await checked('b', 'c')
  expect(await features()).toMatchObject([{ digest: digest('a'), newer: false }])
  const record = (await readdir(home.features)).find((name) => name.startsWith('a')) ?? ''
  await rm(path.join(home.features, record))
  expect(await features()).toMatchObject([{ digest: null, newer: false }])
})

test('a newer release is known from the last check of the same pin', async () => {
  await using folder = await scratch()
  const { lock, checked, features } = await versionWith(folder, ['a'])
  await lock('a')
  await checked('a', 'a')
  expect(await features()).toMatchObject([{ newer: false }])
  await checked('a', 'b')
  expect(await features()).toMatchObject([{ newer: true }])
})

test('a local feature has no digest; without its file all options are shown by their variables', async () => {
  await using folder = await scratch()
  const more = { id: '.devcontainer/tool', version: undefined, files: [] }
  const { features } = await versionWith(folder, ['a'], more)
  expect(await features()).toEqual([
    {
      reference: '.devcontainer/tool',
      version: null,
      options: { VERSION: 'latest', WITHDOCS: 'true', FLAVOUR: '', UNDECLARED: 'x' },
      digest: null,
      newer: false,
    },
  ])
})

test('a record that is damaged is passed over', async () => {
  await using folder = await scratch()
  const { lock, features } = await versionWith(folder, ['a'])
  await lock('a')
  await folder.write(`home/features/${'0'.repeat(64)}.json`, '{')
  await folder.write('home/features/notes.txt', 'mine')
  expect(await features()).toMatchObject([{ digest: digest('a') }])
})
