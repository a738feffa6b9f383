import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { propose } from '../../../main/proposal/propose.ts'
import { writeProposal } from '../../../main/proposal/write-proposal.ts'
import { expectError, makeProject } from '../definition/project.ts'

/** Its proposal has two files. */
const C = { Makefile: 'all:\n', 'hello.c': '' }

test('what changed since it was shown is not written', async () => {
  await using project = await makeProject({ '.nvmrc': '22', 'package.json': '{}' })
  const { fingerprint } = await propose(project)
  await writeFile(path.join(project.path, '.nvmrc'), '24')
  await expectError(writeProposal(project, fingerprint), 'proposal-changed')
  expect((await readdir(project.path)).sort()).toEqual(['.nvmrc', 'package.json'])
  await writeFile(path.join(project.path, '.nvmrc'), '22')
  await writeProposal(project, fingerprint)
})

test.each([
  ['.devcontainer/devcontainer.json', '{ broken'],
  ['.devcontainer.json', '{}'],
  ['.devcontainer/here/devcontainer.json', '{}'],
  ['Dockerfile', 'FROM debian:bookworm\n'],
  ['Containerfile', 'FROM debian:bookworm\n'],
])('where there is %s nothing is proposed', async (file, text) => {
  await using project = await makeProject({ ...C, [file]: text })
  await expectError(propose(project), 'definition-exists', { file })
  await expectError(writeProposal(project, '0'.repeat(64)), 'definition-exists')
  expect(await readFile(path.join(project.path, file), 'utf8')).toBe(text)
})

test('of several definitions one is named', async () => {
  await using project = await makeProject({
    '.devcontainer/a/devcontainer.json': '{}',
    '.devcontainer/b/devcontainer.json': '{}',
  })
  await expectError(propose(project), 'definition-exists', { file: '.devcontainer/a/devcontainer.json' })
})

test('a Dockerfile that lies where one would be written is never replaced, and nothing is left', async () => {
  await using project = await makeProject({ ...C, '.devcontainer/Dockerfile': 'FROM mine\n' })
  const { fingerprint } = await propose(project)
  await expectError(writeProposal(project, fingerprint), 'definition-exists', {
    file: '.devcontainer/Dockerfile',
  })
  expect(await readdir(path.join(project.path, '.devcontainer'))).toEqual(['Dockerfile'])
  expect(await readFile(path.join(project.path, '.devcontainer/Dockerfile'), 'utf8')).toBe('FROM mine\n')
})

test('a link is never followed to write, wherever it leads', async () => {
  await using outside = await makeProject()
  await using project = await makeProject(C)
  await symlink(outside.path, path.join(project.path, '.devcontainer'))
  const { fingerprint } = await propose(project)
  await expectError(writeProposal(project, fingerprint), 'storage-failed', { path: '.devcontainer' })
  expect(await readdir(outside.path)).toEqual([])

  await rm(path.join(project.path, '.devcontainer'))
  await mkdir(path.join(project.path, '.devcontainer'))
  const target = path.join(outside.path, 'not-there-yet')
  await symlink(target, path.join(project.path, '.devcontainer/devcontainer.json'))
  await expectError(writeProposal(project, fingerprint), 'definition-exists')
  expect(await readdir(outside.path)).toEqual([])
  expect(await readdir(path.join(project.path, '.devcontainer'))).toEqual(['devcontainer.json'])
})

test('a file in the place of the folder is reported', async () => {
  await using project = await makeProject({ ...C, '.devcontainer': 'mine' })
  const { fingerprint } = await propose(project)
  await expectError(writeProposal(project, fingerprint), 'storage-failed', { path: '.devcontainer' })
})

test('there is no proposal for a folder that is not there', async () => {
  await expectError(propose({ path: '/no/such/folder' }), 'project-missing')
})
