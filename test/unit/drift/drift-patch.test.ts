import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import { expect, test } from 'vitest'
import { openProject } from '../../../main/store/open-project.ts'
import { driftPatch } from '../../../main/verbs/drift/drift-patch.ts'
import { makeProject } from '../definition/project.ts'

const RUN = 'RUN apt-get install -y jq'
const JSON_TEXT = '{\n  "image": "busybox:1.36"\n}\n'

test('the patch leaves a Dockerfile of something else as it is', async () => {
  await using made = await makeProject()
  const write = (name: string, text: string) => writeFile(path.join(made.path, name), text)
  await write('.devcontainer.json', JSON_TEXT)
  const project = await openProject(made.path)
  const patched = async () => {
    const [json, dockerfile] = parsePatch((await driftPatch(project, {}, [RUN])) ?? '')
    const { build } = JSON.parse(String(json && applyPatch(JSON_TEXT, json)))
    return { build, file: dockerfile?.newFileName }
  }
  expect(await patched()).toEqual({ build: { dockerfile: 'Dockerfile' }, file: 'b/Dockerfile' })
  await write('Dockerfile', 'FROM scratch\n')
  expect(await patched()).toEqual({ build: { dockerfile: 'Dockerfile.dev' }, file: 'b/Dockerfile.dev' })
  await symlink('gone', path.join(made.path, 'Dockerfile.dev'))
  expect(await patched()).toEqual({ build: { dockerfile: 'Dockerfile.dev2' }, file: 'b/Dockerfile.dev2' })
})

test('a definition behind a link gets no patch, which git would not apply', async () => {
  await using made = await makeProject()
  const folder = path.join(made.path, '.devcontainer')
  await mkdir(folder)
  await writeFile(path.join(folder, 'devcontainer.json'), JSON_TEXT)
  const project = await openProject(made.path)
  expect(await driftPatch(project, {}, [RUN])).toContain('b/.devcontainer/Dockerfile')
  await rename(folder, path.join(made.path, 'real'))
  await symlink('real', folder)
  expect(await driftPatch(project, {}, [RUN])).toBeNull()
})
