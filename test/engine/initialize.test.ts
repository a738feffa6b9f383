// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { halves, sampled } from '../sample.ts'
import { pristine } from './command.ts'
import { isRunning } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'
import { Watching } from './watching.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/* initializeCommand runs on this computer, and only if that very text was granted. */

const of = (initializeCommand: unknown, more: object = {}) =>
  devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none', initializeCommand, ...more })
const read = (project: TestProject, file: string) => readFile(path.join(project.folder, file), 'utf8')

test.each<[string, unknown, string[]]>([
  ['a text, in a shell', 'echo $((1+1)) > made && pwd >> made', ['2', '<folder>']],
  ['a list, without one', ['sh', '-c', 'echo "$0" > made', '$((1+1))'], ['$((1+1))']],
  [
    'a set, side by side',
    { a: 'until test -e b; do sleep 0.05; done; cat b > made', b: ['sh', '-c', 'echo b > b'] },
    ['b'],
  ],
  ['with variables', 'echo ${localEnv:SECRET} ${localWorkspaceFolderBasename} > made', ['canary project']],
])('it runs in the project folder: %s', async (_, command, lines) => {
  await using project = await testProject(of(command), { env: { SECRET: 'canary' } })
  await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  await expect(project.up()).rejects.not.toMatchObject({ why: expect.stringContaining('canary') })
  expect(existsSync(path.join(project.folder, 'made'))).toBe(false)
  expect(JSON.stringify(await project.grant())).not.toContain('canary')
  await project.up()
  expect(JSON.stringify(project.events)).not.toContain('canary')
  expect(await read(project, 'made')).toBe(`${lines.join('\n')}\n`.replace('<folder>', project.folder))
})

testEven(
  'it runs before anything is looked at, at each up and run, and not at reset and restart',
  async () => {
    await using project = await testProject({
      ...of('echo run >> runs; cp runs generated', {
        image: undefined,
        build: { dockerfile: 'Dockerfile', context: '..' },
      }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nCOPY generated /\n',
    })
    await project.grantAnyFiles()
    await project.up()
    expect((await project.exec('cat /generated')).stdout).toBe('run\n')
    // The file that it writes is an input, so that there is another version each time.
    expect(await project.up()).toMatchObject({ version: { ordinal: 2 } })
    await project.reset()
    await project.engine.restart(project.folder, project.run())
    await project.plan()
    expect(await read(project, 'runs')).toBe('run\nrun\n')
    const { code, stdout } = await pristine(project, 'run', '--', 'cat', '/generated')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'run\nrun\nrun\n' })
  },
)

test('what it prints is reported as its step; when it fails, so does up, and the environment is as it was', async () => {
  await using project = await testProject(of('true'))
  await project.grant()
  const { environment } = await project.up()
  await project.write(of('echo out; echo err >&2; exit 3'))
  await project.grant()
  await expect(project.up()).rejects.toMatchObject({
    code: 'hook-failed',
    exit: 5,
    data: { hook: 'initializeCommand', code: 3, output: expect.arrayContaining(['out', 'err']) },
  })
  expect(project.events).toContainEqual(expect.objectContaining({ kind: 'log', text: 'out\n' }))
  expect(project.events.at(-1)).toMatchObject({ kind: 'step', state: 'failed' })
  expect(await isRunning(environment.containers[0]?.id ?? '')).toBe(true)
  await project.write(of(['no-such-program']))
  await project.grant()
  await expect(project.up()).rejects.toMatchObject({ code: 'hook-failed', data: { code: 127 } })
})

test('it can be cancelled, with everything that it started', async () => {
  await using project = await testProject(
    of('sh -c "echo \\$\\$ > pid; while :; do sleep 0.1; done" & echo waiting; wait'),
  )
  await project.grant()
  const controller = new AbortController()
  const up = project.up({ signal: controller.signal })
  const pid = async () => Number(await read(project, 'pid').catch(() => 0))
  while (!(await pid())) await pause(20)
  controller.abort()
  await expect(up).rejects.toMatchObject({ code: 'cancelled' })
  const started = await pid()
  const isAlive = () => {
    try {
      return process.kill(started, 0)
    } catch {
      return false
    }
  }
  while (isAlive()) await pause(20)
})

test('what it leaves running does not keep up waiting', async () => {
  await using project = await testProject(of('sleep 60 & echo $! > pid'))
  await project.grant()
  await project.up()
  process.kill(Number(await read(project, 'pid')))
})

test.each(sampled(['sh tools/make.sh', 'cd tools && ./make.sh', 'make -s'], 3))(
  'what a granted command may run is what was granted: %s',
  async (command) => {
    await using project = await testProject({
      ...of(command),
      'tools/make.sh': '#!/bin/sh\necho one > "$(dirname "$0")/../made"\n',
      Makefile: 'all:\n\t@echo one > made\n',
      '.gitignore': 'made\n',
    })
    await chmod(path.join(project.folder, 'tools/make.sh'), 0o755)
    execFileSync('git', ['init', '-q'], { cwd: project.folder })
    await project.grant()
    await project.up()
    expect(await read(project, 'made')).toBe('one\n')
    // What it writes itself is ignored: it runs again without a question.
    expect(await project.up()).toMatchObject({ action: 'none' })
    // As code inside the container could do it.
    await project.exec('sed -i s/one/two/ tools/make.sh Makefile')
    await expect(project.up()).rejects.toMatchObject({
      code: 'not-trusted',
      data: { asked: [{ kind: 'host-command', command }], changedFiles: ['Makefile', 'tools/make.sh'] },
      why: expect.stringContaining('Changed since it was granted: Makefile, tools/make.sh'),
      hint: expect.stringContaining('code inside can change'),
    })
    expect(await read(project, 'made')).toBe('one\n')
    // What runs is not in question where no command would.
    await project.reset()
    expect(await read(project, 'made')).toBe('one\n')
    await project.grantAnyFiles()
    await project.up()
    expect(await read(project, 'made')).toBe('two\n')
    await project.exec('sed -i s/two/three/ tools/make.sh Makefile')
    await project.up()
    expect(await read(project, 'made')).toBe('three\n')
    // Another text asks whatever was granted.
    await project.write(of(`${command} `))
    await expect(project.up()).rejects.toMatchObject({ code: 'not-trusted' })
  },
)

test('a file that is written while the command runs is reported', async () => {
  await using project = await testProject({
    ...of('cp x.sh y; echo evil > x.sh; cp y x.sh'),
    'x.sh': 'good\n',
  })
  await project.grant()
  await project.up()
  expect(project.events).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/^x\.sh, y changed while initializeCommand ran: /) as string,
  })
})

test('what it writes is read again: it cannot widen what was granted', async () => {
  const wider = of('true', { runArgs: ['--pid=host'] })['.devcontainer/devcontainer.json'] ?? ''
  await using project = await testProject({
    ...of('cp wider.json .devcontainer/devcontainer.json'),
    'wider.json': wider,
  })
  await project.grant()
  await expect(project.up()).rejects.toMatchObject({
    code: 'not-trusted',
    data: { asked: [{ kind: 'host-command', command: 'true' }, { kind: 'namespace' }] },
  })
})

testOdd('a watch runs it when it is another one than before, and does not run in circles', async () => {
  const text = (level: number, command: string) =>
    of(command, {
      containerEnv: { LEVEL: String(level) },
      customizations: { pristine: { inputs: ['runs'] } },
    })
  await using project = await testProject(text(1, 'echo one >> runs'))
  await project.grant()
  await project.up()
  await using watching = new Watching(project)
  await watching.until('following')
  await project.write(text(2, 'echo one >> runs'))
  await watching.until('swapped')
  expect(await read(project, 'runs')).toBe('one\n')
  await project.write(text(2, 'echo two >> runs'))
  expect(await watching.until('failed')).toMatchObject({ error: { code: 'not-trusted' } })
  await project.grant()
  await watching.until('swapped')
  expect(await watching.rest()).toEqual([])
  expect(await read(project, 'runs')).toBe('one\ntwo\n')
  await rm(path.join(project.folder, 'runs'))
})
