import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { expect, test } from 'vitest'
import { halves } from '../sample.ts'
import { docker, inspect, thingsOf } from './docker.ts'
import { git } from './git.ts'
import { devcontainer, TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

const files = () => ({
  ...devcontainer({
    build: { dockerfile: 'Dockerfile' },
    userEnvProbe: 'none',
    forwardPorts: [8080],
    onCreateCommand: 'echo baked >/baked',
    // The same for every clone: what is baked for one folder is no other one's.
    workspaceFolder: '/shop',
    workspaceMount: `source=\${localWorkspaceFolder},target=/shop,type=bind`,
  }),
  '.devcontainer/Dockerfile': `FROM busybox:1.36\nRUN echo ${randomBytes(6).toString('hex')} >/own\n`,
})

/** A worktree of a project, as another project with the same data folder. */
async function worktree(project: TestProject, name: string) {
  const folder = path.join(project.folder, '..', name)
  git(project.folder, 'worktree', 'add', '-q', folder)
  return new TestProject(path.join(folder, 'nothing'), folder, project.env)
}

testEven(
  'a worktree takes the version that another one built, on a port of its own, and each goes its own way',
  async () => {
    await using project = await testProject(files())
    const first = await project.up()
    git(project.folder, 'init', '-q', '-b', 'main')
    git(project.folder, 'add', '.')
    git(project.folder, 'commit', '-qm', 'one')
    await using other = await worktree(project, 'second')
    const second = await other.up()
    expect(second).toMatchObject({ action: 'started', version: { id: first.version.id, ordinal: 1 } })
    const steps = other.events.flatMap((event) => (event.kind === 'step' ? [event.name] : []))
    expect(new Set(steps)).toEqual(new Set(['Start app']))
    const [one, two] = await Promise.all([inspect(first), inspect(second)])
    expect(two.Image).toBe(one.Image)
    expect(second.environment.ports[0]?.host).not.toBe(first.environment.ports[0]?.host)
    expect((await other.exec('cat /baked')).stdout).toBe('baked\n')
    expect(await other.versions()).toMatchObject([{ ordinal: 1, knownGood: true, present: true }])

    // What the first one removes, the second one keeps.
    await project.engine.remove(project.folder, { data: true, versions: true })
    expect(await other.reset()).toMatchObject({ action: 'recreated', version: { ordinal: 1 } })
    expect((await thingsOf(await other.key())).tags).toHaveLength(3)
  },
)

testOdd('a name that somebody gave to another image is not taken for a version', async () => {
  await using project = await testProject(files())
  const { version } = await project.up()
  git(project.folder, 'init', '-q', '-b', 'main')
  git(project.folder, 'add', '.')
  git(project.folder, 'commit', '-qm', 'one')
  const [repo = '', tag = ''] = version.image.split(':')
  await docker().getImage('busybox:1.36').tag({ repo, tag })
  await using other = await worktree(project, 'second')
  expect(await other.up()).toMatchObject({ action: 'started', version: { id: version.id } })
  expect((await other.exec('cat /baked')).stdout).toBe('baked\n')
})
