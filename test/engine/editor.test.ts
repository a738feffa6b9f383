import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { containerAddress } from '../../main/editor/editors.ts'
import { pristine } from './command.ts'
import { inspect } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const plain = devcontainer({
  image: 'busybox:1.36',
  userEnvProbe: 'none',
  workspaceFolder: '/workspaces/a b',
  workspaceMount: 'source=$' + '{localWorkspaceFolder},target=/workspaces/a b,type=bind',
})

/** Stands in for an editor, which cannot be had here: it writes down what it is told. */
async function installEditor(project: TestProject, name: string, end = ''): Promise<string> {
  const bin = path.join(project.folder, '../bin')
  await mkdir(bin, { recursive: true })
  const told = path.join(bin, `${name}.told`)
  await writeFile(path.join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$@" > ${told}\n${end}\n`)
  await chmod(path.join(bin, name), 0o755)
  project.env['PATH'] = `${bin}:/usr/bin:/bin`
  return told
}

test('an environment is opened in the editors that are there, in its workspace', async () => {
  await using project = await testProject(plain)
  const { environment } = await project.up()
  project.env['PATH'] = '/nowhere'
  expect(JSON.parse((await pristine(project, 'open', '--json')).stdout)).toMatchObject({
    error: {
      code: 'editor-missing',
      message: 'No editor was found on this computer.',
      why: 'None of the commands code, code-insiders, cursor is on the PATH.',
      hint: expect.stringContaining('Install VS Code or VS Code Insiders or Cursor'),
    },
  })
  const told = await installEditor(project, 'cursor')
  expect((await pristine(project, 'open')).stdout).toBe('Opened in Cursor.\n')
  const [flag, address = ''] = (await readFile(told, 'utf8')).trim().split('\n')
  expect(flag).toBe('--folder-uri')
  const [, authority = '', folder] =
    /^vscode-remote:\/\/attached-container\+([0-9a-f]+)(\/.*)$/.exec(address) ?? []
  expect(folder).toBe('/workspaces/a%20b')
  const { containerName, settings } = JSON.parse(Buffer.from(authority, 'hex').toString())
  expect(settings).toEqual({ host: process.env['DOCKER_HOST'] })
  const container = await inspect({ environment })
  expect(containerName).toBe(container.Name)
  expect(await pristine(project, 'open', '--in', 'vscode')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/VS Code was not found[\s\S]*Its command "code" is not on the PATH/),
  })
  expect(await pristine(project, 'open', '--in', '/bin/sh')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /"\/bin\/sh" is no editor that Pristine knows[\s\S]*vscode, vscode-insiders, cursor/,
    ),
  })
})

test('an editor that fails, and an environment that does not run, are reported', async () => {
  await using project = await testProject(plain)
  await installEditor(project, 'code', 'exit 3')
  expect(JSON.parse((await pristine(project, 'open', '--json')).stdout)).toMatchObject({
    error: { code: 'environment-not-running' },
  })
  await project.up()
  expect(JSON.parse((await pristine(project, 'open', '--json')).stdout)).toMatchObject({
    error: { code: 'editor-failed', why: 'it ended with code 3' },
  })
})

test('nothing of a folder’s name reaches another place in the address', () => {
  expect(containerAddress('c', 'unix:///e', '/a/../b?x#y&z "q"%')).toMatch(
    /^vscode-remote:\/\/attached-container\+[0-9a-f]+\/a\/\.\.\/b%3Fx%23y%26z%20%22q%22%25$/,
  )
})
