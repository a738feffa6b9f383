import { expect, test } from 'vitest'
import { finish, start } from './command.ts'
import { thingsOf } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

/** Runs a verb by a clock that is off by some years, and returns the document that it prints. */
async function inYears(years: number, project: TestProject, ...args: string[]) {
  const off = Math.round(years * 365.25 * 86_400_000)
  const clock = `const Real = Date
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(Real.now() + ${off}) : super(...given) }
  static now() { return Real.now() + ${off} }
}`
  const options = `--import=data:text/javascript,${encodeURIComponent(clock)}`
  const { code, stdout, stderr } = await finish(
    start(project, [...args, '--json'], { NODE_OPTIONS: options }),
  )
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return JSON.parse(stdout) as Record<string, unknown>
}

const definition = (n: number) => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    customizations: { pristine: { keep: 0 } },
  }),
  '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY input /input\n',
  '.devcontainer/input': String(n),
})

test('a clock that is off by ten years, in either direction, decides nothing', async () => {
  await using project = await testProject(definition(1))
  for (const [index, years] of [0, 10, -10, 0].entries()) {
    const ordinal = index + 1
    await project.write(definition(ordinal))
    expect(await inYears(years, project, 'up')).toMatchObject({ action: 'built', version: { ordinal } })
    expect((await project.exec('cat /input')).stdout).toBe(String(ordinal))
    expect(await inYears(years, project, 'up')).toMatchObject({ action: 'none', version: { ordinal } })
  }
  const { versions } = (await inYears(-10, project, 'versions')) as { versions: { createdAt: string }[] }
  expect(versions).toMatchObject([
    { ordinal: 4, knownGood: true, current: true },
    { ordinal: 3 },
    { ordinal: 2 },
    { ordinal: 1 },
  ])
  const [, third, second] = versions.map(({ createdAt }) => Date.parse(createdAt))
  expect(second).toBeGreaterThan(third ?? Number.NaN)
  // Back, and to what is known-good: the order of the history counts, not its times.
  expect(await inYears(10, project, 'reset', '--to', 'v2')).toMatchObject({ version: { ordinal: 2 } })
  expect(await inYears(-10, project, 'reset')).toMatchObject({ version: { ordinal: 4 } })
  expect(await inYears(10, project, 'clean', '--yes')).toMatchObject({
    versions: [{ ordinal: 1 }, { ordinal: 2 }, { ordinal: 3 }],
  })
  expect((await thingsOf(await project.key())).containers).toHaveLength(1)
})
