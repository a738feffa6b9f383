import { expect, test } from 'vitest'
import { docker, isRunning } from './docker.ts'
import { testProject } from './test-project.ts'

/** A program that ends at once where another one writes. */
const writer = (place: string): string =>
  `[sh, -c, 'exec 9>${place}/lock; flock -n 9 || { echo two writers; exit 1; }; trap "exit 0" TERM; sleep 1000 & wait']`

/** A database in a folder of the project, and one in a volume of somebody else's where its image declares one. */
const stack = (volume: string, greeting: string) => ({
  '.devcontainer.json': JSON.stringify({
    dockerComposeFile: 'compose.yaml',
    service: 'web',
    workspaceFolder: '/work',
    userEnvProbe: 'none',
    postCreateCommand: 'sleep 0.5; test $GREETING != broken',
  }),
  'data/.keep': '',
  Dockerfile: 'FROM debian:bookworm-slim\nVOLUME /theirs\n',
  'compose.yaml': `
services:
  web:
    image: busybox:1.36
    command: [sh, -c, 'trap "exit 0" TERM; sleep 1000 & wait']
    environment: {GREETING: ${greeting}}
    volumes: [".:/work"]
    depends_on: [folder, theirs]
  folder:
    image: debian:bookworm-slim
    command: ${writer('/data')}
    volumes: ["./data:/data"]
  theirs:
    build: .
    command: ${writer('/theirs')}
    volumes: ["theirs:/theirs"]
volumes: {theirs: {external: true, name: ${volume}}}
`,
})

test('a folder and a volume of somebody else have one writer at a time, also after a failure', async () => {
  const volume = `theirs-${process.pid}`
  await docker().createVolume({ Name: volume })
  try {
    await using project = await testProject(stack(volume, 'hello'))
    await project.grant()
    const first = await project.up()
    const ids = first.environment.containers.map(({ id }) => id)
    await project.write(stack(volume, 'broken'))
    await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed' })
    expect(await Promise.all(ids.map(isRunning))).toEqual([true, true, true])
    const web = await docker()
      .getContainer(ids[0] ?? '')
      .inspect()
    // It served all the time: the project's folder is no data of one container.
    expect(web.State.FinishedAt).toMatch(/^0001/)
    await project.write(stack(volume, 'again'))
    expect(await project.up()).toMatchObject({ environment: { state: 'ready' } })
    expect((await project.exec('echo $GREETING; ls /work/data')).stdout).toBe('again\nlock\n')
  } finally {
    await docker().getVolume(volume).remove({ force: true })
  }
})
