import { expect, test } from 'vitest'
import { labelMountWarnings } from '../../../main/plan/baked-values.ts'
import { readRun } from '../definition/project.ts'

const label = (mounts: string[]) => JSON.stringify([{ remoteUser: 'dev' }, { mounts }])
const bind = (name: string) => `type=bind,source=/srv/${name},target=/in/${name}`

test("mounts that only an image's label names are warned about where hooks are baked", async () => {
  const warned = async (json: object, written: string[]) =>
    (
      await labelMountWarnings(
        { path: '/project' },
        { name: 'app', run: await readRun(json) } as Parameters<typeof labelMountWarnings>[1],
        label(written),
        'base:1',
      )
    ).map(({ message }) => message)
  const own = { onCreateCommand: 'make', mounts: [bind('known')] }
  expect(await warned(own, [bind('known'), bind('theirs'), 'source=v,target=/v'])).toEqual([
    expect.stringMatching(/^onCreateCommand can read \/srv\/theirs of this computer/),
  ])
  expect(await warned(own, [bind('known')])).toEqual([])
  expect(await warned({ postStartCommand: 'make' }, [bind('theirs')])).toEqual([])
})
