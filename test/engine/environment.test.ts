// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { halves, sampled } from '../sample.ts'
import { inspect } from './docker.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

// In a sample, one of each of these groups.
const [testEven, testOdd] = halves(test)

/** Runs a command as it is given, with an input. */
async function pipe(
  project: TestProject,
  command: string[],
  input: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const both = Promise.all([text(stdout), text(stderr)])
  stdin.end(input)
  const terminal = { stdin, stdout, stderr, tty: false, interactive: true }
  const code = await project.engine.exec(project.folder, command, terminal, project.run())
  stdout.end()
  stderr.end()
  const [out, err] = await both
  return { code, stdout: out, stderr: err }
}

test('variables of the container and of commands come from the definition and from this computer', async () => {
  await using project = await testProject(
    {
      ...devcontainer({
        build: { dockerfile: 'Dockerfile' },
        containerEnv: {
          FIXED: 'one',
          FROM_HERE: '${localEnv:SOMETHING}',
          ABSENT: '${localEnv:NOT_SET:otherwise}',
        },
        remoteEnv: {
          PATH: '${containerEnv:PATH}:/extra',
          REMOTE: '${containerEnv:FIXED}-two',
          IN_IMAGE: null,
        },
      }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nENV IN_IMAGE=yes\n',
    },
    { env: { SOMETHING: 'from here' } },
  )
  await project.grant()
  const first = await project.up()
  const seen = await project.exec('echo "$FIXED|$FROM_HERE|$ABSENT|$REMOTE"; echo "$PATH"')
  expect(seen.stdout.split('\n')).toEqual([
    'one|from here|otherwise|one-two',
    expect.stringMatching(/\/bin.*:\/extra$/),
    '',
  ])
  expect((await inspect(first)).Config.Env).toEqual(
    expect.arrayContaining(['FIXED=one', 'FROM_HERE=from here', 'ABSENT=otherwise', 'IN_IMAGE=yes']),
  )
})

testEven(
  'start-up files that print without end are ended and reported, and everything else works',
  async () => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, postCreateCommand: 'echo ran > /tmp/hook' }),
      '.devcontainer/Dockerfile': "FROM busybox:1.36\nRUN echo 'yes 4801' > /root/.profile\n",
    })
    const up = await project.up()
    expect(up.environment.state).toBe('ready')
    const warnings = project.events.flatMap((event) => (event.kind === 'warning' ? [event.text] : []))
    expect(warnings).toEqual([expect.stringMatching(/start-up files.*: it printed more than 4 MB\./)])
    expect((await project.exec('cat /tmp/hook; ps | grep -c "[y]es 4801"')).stdout).toBe('ran\n0\n')
  },
)

test.each(sampled([false, true], 2))(
  'a command waits for a reader that takes nothing, and ends when it is cancelled (input: %j)',
  async (interactive) => {
    await using project = await testProject(devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }))
    await project.up()
    const cancel = new AbortController()
    const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
    const script = 'while :; do head -c 1048576 /dev/zero; echo >> /tmp/megabytes; done'
    const ended = project.engine.exec(
      project.folder,
      ['/bin/sh', '-c', script],
      { ...terminal, tty: false, interactive },
      project.run(cancel.signal),
    )
    await pause(3_000)
    // A megabyte or two are on their way; without end it would be hundreds.
    expect(Number((await project.exec('wc -l < /tmp/megabytes')).stdout)).toBeLessThan(20)
    cancel.abort()
    expect(await ended).toBe(143)
    expect((await project.exec('ps | grep -c "[m]egabytes; done"')).stdout).toBe('0\n')
  },
)

testOdd(
  'a variable of this computer that changed makes a new container of the same version, and is named',
  async () => {
    const files = devcontainer({ image: 'busybox:1.36', containerEnv: { TOKEN: '${localEnv:TOKEN}' } })
    await using project = await testProject(files, { env: { TOKEN: 'secret-one' } })
    await project.grant()
    const first = await project.up()
    project.env['TOKEN'] = 'secret-two'
    const second = await project.up()
    expect(second).toMatchObject({ action: 'recreated', version: first.version })
    expect(second.because).toMatchObject([{ input: 'containerEnv.TOKEN on this computer' }])
    expect(JSON.stringify(second.because)).not.toContain('secret')
    expect((await project.exec('echo $TOKEN')).stdout).toBe('secret-two\n')
    expect((await project.up()).action).toBe('none')
  },
)

test("commands run in the workspace, where the project's own files are", async () => {
  await using project = await testProject({ ...devcontainer({ image: 'busybox:1.36' }), 'own.txt': 'mine' })
  await project.up()
  expect((await project.exec('pwd; cat own.txt; echo back > made.txt')).stdout).toBe(
    '/workspaces/project\nmine',
  )
  expect((await project.exec('cat /workspaces/project/made.txt')).stdout).toBe('back\n')
})

test('the workspace may be another folder, mounted by the definition', async () => {
  await using project = await testProject({
    ...devcontainer({
      image: 'busybox:1.36',
      workspaceFolder: '/src/app',
      workspaceMount: 'source=${localWorkspaceFolder},target=/src,type=bind',
    }),
    'app/here.txt': 'here',
  })
  await project.up()
  expect((await project.exec('pwd; cat here.txt')).stdout).toBe('/src/app\nhere')
})

testEven('the container runs as its user, commands as the remote user', async () => {
  await using project = await testProject({
    ...devcontainer({ build: { dockerfile: 'Dockerfile' }, containerUser: '1001', remoteUser: 'dev' }),
    '.devcontainer/Dockerfile': 'FROM busybox:1.36\nRUN echo dev:x:1002:1002::/tmp:/bin/sh >> /etc/passwd\n',
  })
  const first = await project.up()
  expect((await inspect(first)).Config.User).toBe('1001')
  expect((await project.exec('id -u; ls -ln /proc/1 | head -2 | tail -1')).stdout).toMatch(
    /^1002\n.*\b1001\b/,
  )
})

testOdd(
  'init is process 1 unless the definition says otherwise, so that an environment stops at once',
  async () => {
    await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
    expect((await inspect(await project.up())).HostConfig.Init).toBe(true)
    await project.write(devcontainer({ image: 'busybox:1.36', init: false }))
    expect((await inspect(await project.up())).HostConfig.Init ?? false).toBe(false)
  },
)

testOdd('options of runArgs reach the container', async () => {
  await using project = await testProject(
    devcontainer({
      image: 'busybox:1.36',
      runArgs: [
        '--hostname',
        'box',
        '--memory',
        '64m',
        '--cap-drop',
        'CHOWN',
        '--add-host',
        'db:10.0.0.2',
        '--shm-size=32m',
        '--tmpfs=/${localWorkspaceFolderBasename}-tools:exec,mode=0750,uid=1000,size=2m',
      ],
      mounts: ['type=tmpfs,target=/scratch,tmpfs-size=1m'],
    }),
  )
  const { Config, HostConfig } = await inspect(await project.up())
  expect(Config.Hostname).toBe('box')
  expect(HostConfig).toMatchObject({
    Memory: 64 * 1024 * 1024,
    ShmSize: 32 * 1024 * 1024,
    ExtraHosts: ['db:10.0.0.2'],
  })
  // Podman writes it in full.
  expect((HostConfig.CapDrop as string[]).map((name) => name.replace('CAP_', ''))).toEqual(['CHOWN'])
  expect((await project.exec('grep " /scratch " /proc/mounts')).stdout).toMatch(/tmpfs.*size=1024k/)
  const tools =
    'cd /*-tools && cp /bin/busybox echo && ./echo run && stat -c "%a %u" . && grep -- "-tools " /proc/mounts'
  expect((await project.exec(tools)).stdout).toMatch(/^run\n750 1000\n.*nosuid,nodev.*size=2048k/)
})

test("a command's exit code, output and errors come back apart", async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  expect(await project.exec('echo out; echo err >&2; exit 42')).toEqual({
    code: 42,
    stdout: 'out\n',
    stderr: 'err\n',
  })
  expect((await project.exec('kill -9 $$')).code).toBe(137)
})

test('a command that closes its output and goes on still gives its exit code', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  expect((await project.exec('exec >&- 2>&-; sleep 1; exit 5')).code).toBe(5)
})

test('a command that does not exist is reported as such', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  const { code, stdout, stderr } = await pipe(project, ['no-such-command'], '')
  expect([126, 127]).toContain(code)
  // Docker says it on the output, Podman beside it.
  expect(stdout + stderr).toContain('no-such-command')
})

test('what is piped in reaches the command, whole and to its end', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await project.up()
  expect(await pipe(project, ['cat'], 'one\ntwo')).toEqual({ code: 0, stdout: 'one\ntwo', stderr: '' })
  const long = 'x'.repeat(300_000)
  expect((await pipe(project, ['wc', '-c'], long)).stdout.trim()).toBe('300000')
  expect((await pipe(project, ['cat'], long)).stdout).toBe(long)
})

test('a command needs a running environment', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(project.exec('true')).rejects.toMatchObject({ code: 'environment-not-running' })
  await project.up()
  await project.engine.stop(project.folder, project.run())
  await expect(project.exec('true')).rejects.toMatchObject({ code: 'environment-not-running' })
})

/** Reads an environment's log; with `until`, follows it until that is seen. */
async function logs(
  project: TestProject,
  options: { tail?: number; timestamps?: boolean; until?: string } = {},
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const controller = new AbortController()
  let seen = ''
  stdout.on('data', (chunk: Buffer) => {
    seen += chunk
    if (options.until && seen.includes(options.until)) controller.abort()
  })
  const errors = text(stderr)
  const { tail, timestamps = false, until } = options
  const to = { stdout, stderr, lines: () => undefined }
  await project.engine.logs(
    project.folder,
    { follow: until !== undefined, tail, timestamps },
    to,
    controller.signal,
  )
  stdout.end()
  stderr.end()
  return { stdout: seen, stderr: await errors }
}

testEven(
  'the log is what the program printed, output and errors apart; it can be cut, timed and followed',
  async () => {
    await using project = await testProject({
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false }),
      '.devcontainer/Dockerfile':
        'FROM busybox:1.36\nCMD ["sh", "-c", "echo one; echo two; echo oops >&2; until [ -e /go ]; do sleep 0.1; done; echo three; exec sleep 1000"]\n',
    })
    await project.up()
    expect(await logs(project)).toEqual({ stdout: 'one\ntwo\n', stderr: 'oops\n' })
    expect((await logs(project, { tail: 0 })).stdout).toBe('')
    expect((await logs(project, { timestamps: true })).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z one\n/)
    const followed = logs(project, { until: 'three' })
    await project.exec('touch /go')
    expect((await followed).stdout).toBe('one\ntwo\nthree\n')
    expect((await logs(project, { tail: 1 })).stdout).toBe('three\n')
    await project.engine.stop(project.folder, project.run())
    expect((await logs(project)).stdout).toBe('one\ntwo\nthree\n')
  },
)

test('an environment that does not exist has no log', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36' }))
  await expect(logs(project)).rejects.toMatchObject({ code: 'environment-not-running' })
})
