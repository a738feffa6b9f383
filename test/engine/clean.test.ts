import { expect, test } from 'vitest'
import { testProject } from './test-project.ts'

const dockerfile = (n: number) => ({
  Dockerfile: `FROM busybox:1.36\nRUN head -c ${n}00000 /dev/urandom > /big\n`,
})

test('old versions go on an explicit word; current, known-good and the newest stay, and one that is gone is built again', async () => {
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      build: { dockerfile: 'Dockerfile' },
      customizations: { pristine: { keep: 1 } },
    }),
    ...dockerfile(1),
  })
  for (const n of [1, 2, 3, 4]) {
    await project.write(dockerfile(n))
    await project.up()
  }
  const clean = (apply: boolean) => project.engine.clean(project.folder, { apply }, project.run())
  const plan = await clean(false)
  expect(plan).toMatchObject({ removed: false, keep: 1 })
  expect(plan.versions).toMatchObject([
    { ordinal: 1, rebuildable: true },
    { ordinal: 2, rebuildable: true },
  ])
  expect(plan.versions[1]?.bytes).toBeGreaterThan(190_000)
  expect((await project.versions()).every((version) => version.present)).toBe(true)

  expect((await clean(true)).versions.map((version) => version.ordinal)).toEqual([1, 2])
  expect((await project.versions()).map((version) => version.present)).toEqual([true, true, false, false])
  expect((await clean(true)).versions).toEqual([])

  expect(await project.reset('v1')).toMatchObject({ action: 'built', version: { ordinal: 1 } })
  await project.write(dockerfile(2))
  expect(await project.up()).toMatchObject({ action: 'built', version: { ordinal: 2 } })
})
