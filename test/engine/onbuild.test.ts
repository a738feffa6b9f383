import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { expect, test } from 'vitest'
import { publish } from '../rig/publish.ts'
import { docker, listImages } from './docker.ts'
import { devcontainer, testProject } from './test-project.ts'

const LOCK = '.devcontainer/pristine.lock'

test('what a base image leaves to the build (ONBUILD) is part of the definition, and a lock cannot hide it', async () => {
  const server = createServer((_, response) => response.end('fetched\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/tool.txt`
    const reference = `onbuild-${process.pid}:1`
    const triggers = ['COPY . /app', 'RUN ls -A /app > /listed', `ADD ${url} /tool.txt`]
    const lines = [
      'FROM busybox:1.36',
      'ENV KEPT=yes',
      'CMD ["sleep", "1000"]',
      ...triggers.map((one) => `ONBUILD ${one}`),
    ]
    await publish(reference, `${lines.join('\n')}\n`)
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile', context: '../app' } }),
      '.devcontainer/Dockerfile': `FROM ${reference} AS first\nFROM first\nRUN echo own > /own\n`,
      'app/a.txt': 'one\n',
    })
    const { engine, folder } = project
    const read = async () => JSON.parse(await readFile(path.join(folder, LOCK), 'utf8'))

    // What the image downloads of this computer is asked for, too.
    await expect(project.up()).rejects.toMatchObject({
      code: 'not-trusted',
      data: { asked: [{ kind: 'download', url }] },
    })
    await project.grant()
    const first = await project.up()
    expect((await read()).images[reference]).toMatchObject({ onbuild: triggers })
    expect(Object.keys((await read()).downloads)).toEqual([url])
    // Nothing of Pristine's, and everything of the project's.
    expect((await project.exec('cat /listed /app/a.txt /tool.txt /own; echo $KEPT')).stdout).toBe(
      'a.txt\none\nfetched\nown\nyes\n',
    )
    const image = docker().getImage((await project.versions())[0]?.image ?? '')
    const { Config } = await image.inspect()
    expect(Config).toMatchObject({ Cmd: ['sleep', '1000'] })
    expect((Config as { OnBuild?: unknown[] | null }).OnBuild ?? []).toEqual([])
    const sheet = (await project.trust()).capabilities
    expect(sheet).toContainEqual({ kind: 'image', reference, onbuild: triggers })
    expect(sheet).toContainEqual({ kind: 'download', url })
    const own = `pristine/${await project.key()}:building-`
    const tags = (await listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
    expect(tags.filter((tag) => tag.startsWith(own))).toEqual([])

    // Locked, it asks nobody, and an edit of what is copied is a new version.
    expect((await project.up({ frozen: true })).action).toBe('none')
    await project.write({ 'app/a.txt': 'two\n' })
    const second = await project.up({ frozen: true })
    expect(second).toMatchObject({ action: 'built', because: [{ input: 'app/a.txt' }] })
    expect((await project.exec('cat /app/a.txt')).stdout).toBe('two\n')
    // A version whose image is gone is built again with them.
    await project.reset()
    await docker()
      .getImage((await project.versions()).find(({ ordinal }) => ordinal === 1)?.image ?? '')
      .remove({ force: true })
    expect((await project.reset('v1')).version.id).toBe(first.version.id)
    expect((await project.exec('cat /app/a.txt')).stdout).toBe('one\n')

    // A lock that hides them, or says others, is refused before anything is built, and `lock` mends it.
    const whole = await read()
    for (const onbuild of [undefined, ['RUN true']]) {
      const { resolved } = whole.images[reference]
      const images = { [reference]: { resolved, ...(onbuild && { onbuild }) } }
      await project.write({ [LOCK]: JSON.stringify({ ...whole, images, downloads: {} }) })
      await expect(project.up({ frozen: true })).rejects.toMatchObject({
        code: 'triggers-unread',
        exit: 3,
        data: { file: LOCK, images: { [reference]: { onbuild: triggers } } },
      })
    }
    await engine.lock(folder, {}, project.run())
    expect(await read()).toEqual(whole)
    expect((await project.up({ frozen: true })).version.id).toBe(second.version.id)

    // A definition that asks for the image itself builds nothing upon it.
    await project.write(devcontainer({ image: reference }))
    await project.up()
    expect((await project.exec('ls /app /tool.txt; echo $KEPT')).stdout).toBe('yes\n')
  } finally {
    server.close()
  }
})
