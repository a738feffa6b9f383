import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { pristine } from './command.ts'
import { docker } from './docker.ts'
import { pruneVersion } from './prune.ts'
import { testProject } from './test-project.ts'

test('what versions take is reported one by one, and together with shared layers once', async () => {
  const own = randomBytes(6).toString('hex')
  const big = (n: number) => ({
    Dockerfile: `FROM busybox:1.36\nRUN head -c 300000 /dev/urandom > /${own}\nRUN head -c ${n}00000 /dev/urandom > /big\n`,
  })
  await using project = await testProject(big(1))
  await project.up()
  await project.write(big(2))
  await project.up()
  const { versions, total } = await project.engine.disk(project.folder)
  // containerd's store measures blocks and folders of the disk, and its inspection tells of the compressed layers.
  const exact = (await docker().info()).Driver === 'overlay2'
  const base = exact ? (await docker().getImage('busybox:1.36').inspect()).Size : 2_048_000
  const about = (bytes: number) =>
    exact ? bytes : expect.toSatisfy((measured) => measured >= bytes && measured < bytes + 32_768)
  expect(versions).toMatchObject([
    { ordinal: 2, own: about(200_000), shared: about(base + 300_000) },
    { ordinal: 1, own: about(100_000), shared: about(base + 300_000) },
  ])
  expect(total).toEqual(about(base + 600_000))
  const [second, first] = versions
  expect(total).toBe((second?.own ?? 0) + (first?.own ?? 0) + (first?.shared ?? 0))

  const { stdout } = await pristine(project, 'versions', '--disk')
  expect(stdout).toMatch(/^v2 .* {2}20\d\.\d kB own, \d\.\d MB shared {2}/)
  expect(stdout).toMatch(/\n2 versions on the engine: \d\.\d MB, shared layers counted once\.\n$/)
  await pruneVersion(project, 1)
  const json = JSON.parse((await pristine(project, 'versions', '--disk', '--json')).stdout)
  expect(json).toMatchObject({
    versions: [{ ordinal: 2 }, { ordinal: 1, present: false }],
    disk: { versions: [{ ordinal: 2, own: about(500_000) }], total: about(base + 500_000) },
  })
})
