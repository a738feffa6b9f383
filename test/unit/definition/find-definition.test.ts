import { execFileSync } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDefinition } from '../../../main/definition/devcontainer/find-definition.ts'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import { expectError, FILE, makeProject } from './project.ts'

const json = '{"image": "debian"}'

describe('finding the definition', () => {
  it('takes the first of the places in their order', async () => {
    const places = [
      FILE,
      '.devcontainer.json',
      '.devcontainer/python/devcontainer.json',
      'Dockerfile',
      'Containerfile',
    ]
    for (const [i, file] of places.entries()) {
      await using project = await makeProject(Object.fromEntries(places.slice(i).map((name) => [name, json])))
      const kind = file.endsWith('.json') ? 'devcontainer' : 'dockerfile'
      expect(await findDefinition(project)).toEqual({ kind, file })
    }
  })

  it('asks when several folders have one, and takes the choice', async () => {
    const files = ['.devcontainer/a/devcontainer.json', '.devcontainer/b/devcontainer.json']
    await using project = await makeProject(Object.fromEntries(files.map((name) => [name, json])))
    await expectError(findDefinition(project), 'definition-ambiguous', { files })
    const choice = '.devcontainer/b/devcontainer.json'
    expect(await findDefinition(project, choice)).toEqual({ kind: 'devcontainer', file: choice })
    expect(await findDefinition(project, 'b')).toEqual({ kind: 'devcontainer', file: choice })
    await expectError(findDefinition(project, 'c'), 'definition-unknown', { choice: 'c', others: files })
    expect((await readDefinition(project, { choice: `./${choice}`, env: {} })).definition.file).toBe(choice)
  })

  it('takes a chosen Dockerfile of any name', async () => {
    await using project = await makeProject({ 'docker/dev.Dockerfile': 'FROM scratch' })
    expect(await findDefinition(project, 'docker/dev.Dockerfile')).toEqual({
      kind: 'dockerfile',
      file: 'docker/dev.Dockerfile',
    })
  })

  it('refuses a choice that is missing, no file, or outside', async () => {
    await using project = await makeProject({ 'docker/x': '' })
    for (const choice of ['nothing.json', 'docker', '../x', '/etc/passwd']) {
      await expectError(findDefinition(project, choice), 'definition-unknown', { choice })
    }
  })

  it('takes Compose files only where there is nothing else, or where they are chosen', async () => {
    await using project = await makeProject({ 'docker-compose.yml': '', 'deploy/dev.yaml': '' })
    const found = { kind: 'compose', file: 'docker-compose.yml' }
    expect(await findDefinition(project)).toEqual(found)
    expect(await findDefinition(project, 'deploy/dev.yaml')).toEqual({
      kind: 'compose',
      file: 'deploy/dev.yaml',
    })
    await using both = await makeProject({ 'compose.yaml': '', Dockerfile: 'FROM scratch' })
    expect(await findDefinition(both)).toEqual({ kind: 'dockerfile', file: 'Dockerfile' })
    expect(await findDefinition(both, 'compose.yaml')).toEqual({ kind: 'compose', file: 'compose.yaml' })
  })

  it('says when there is no definition, or no folder', async () => {
    await using project = await makeProject({ 'README.md': '' })
    await expectError(findDefinition(project), 'definition-missing', { path: project.path })
    await expectError(findDefinition({ path: join(project.path, 'gone') }), 'project-missing')
    await expectError(findDefinition({ path: join(project.path, 'README.md') }), 'project-missing')
  })
})

describe('reading the file', () => {
  it('refuses a folder or a FIFO in its place, without waiting for a writer', async () => {
    await using folder = await makeProject()
    await mkdir(join(folder.path, FILE), { recursive: true })
    await expectError(readDefinition({ path: folder.path }, { env: {} }), 'definition-missing')
    await using fifo = await makeProject()
    execFileSync('mkfifo', [join(fifo.path, '.devcontainer.json')])
    const expected = { file: '.devcontainer.json', problem: 'expected a regular file' }
    await expectError(readDefinition(fifo, { env: {} }), 'definition-invalid', expected)
  })

  it('follows no link out of the project', async () => {
    await using other = await makeProject({ 'secret.json': json })
    await using project = await makeProject({ 'inside.json': json })
    await symlink(join(other.path, 'secret.json'), join(project.path, '.devcontainer.json'))
    await expectError(readDefinition(project, { env: {} }), 'definition-invalid', {
      problem: "it is a link that leaves the project's folder",
    })
  })

  it('accepts a byte order mark and CRLF, and refuses what is not UTF-8 or too large', async () => {
    await using marked = await makeProject({ '.devcontainer.json': `\uFEFF{\r\n"image": "debian"\r\n}` })
    expect((await readDefinition(marked, { env: {} })).definition.kind).toBe('devcontainer')
    await using latin = await makeProject({ '.devcontainer.json': Uint8Array.of(0x22, 0xe9, 0x22) })
    await expectError(readDefinition(latin, { env: {} }), 'definition-invalid', {
      problem: 'expected UTF-8 text',
    })
    await using large = await makeProject({ '.devcontainer.json': ' '.repeat(2 ** 20 + 1) })
    await expectError(readDefinition(large, { env: {} }), 'definition-invalid', {
      problem: 'expected a file of at most 1 MiB',
    })
  })
})
