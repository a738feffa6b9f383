import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type FileEntry, UPLOAD_CHUNK } from '../../shared/file.ts'
import type { OperationEvent } from '../../shared/operation.ts'
import { failureOf, Window } from '../unit/server/client.ts'
import { serveApp } from '../unit/server/serving.ts'
import { pristine } from './command.ts'
import { devcontainer, type TestProject, testProject } from './test-project.ts'

const { signal } = new AbortController()

const options = {
  ...{ userEnvProbe: 'none', overrideCommand: true },
  mounts: ['source=data,target=/data,type=volume', 'target=/scratch,type=tmpfs'],
}
const drifting = {
  ...devcontainer({ build: { dockerfile: '../Dockerfile' }, ...options }),
  Dockerfile: `FROM debian:bookworm-slim
RUN mkdir -p /opt/tool/sub /opt/gone && echo a > /opt/gone/a && echo old > /opt/old \\
 && printf 'one\\ntwo\\nthree\\n' > /opt/tool/settings
`,
}

const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  )

/** The entries of a folder by name. */
async function entries(project: TestProject, folder: string): Promise<Record<string, FileEntry>> {
  const listing = await project.engine.files(project.folder, { path: folder }, signal)
  return Object.fromEntries(listing.entries.map((entry) => [entry.name, entry]))
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('a folder shows each kind of file, where it lies and how it differs from the image', async () => {
  await using project = await testProject(drifting)
  await project.up()
  const made = await project.exec(`mkdir /tmp/k && cd /tmp/k && echo hi > 'a
b' && ln -s ../../etc/hosts link && ln -s nowhere dangling && mkfifo pipe && touch -- -rf "$(printf '\\033[31m')"
echo x > /data/in-volume; sed -i s/two/TWO/ /opt/tool/settings; echo new > /opt/tool/sub/new; rm -r /opt/gone /opt/old`)
  expect(made).toMatchObject({ code: 0 })

  const kinds = await entries(project, '/tmp/k')
  expect(Object.fromEntries(Object.values(kinds).map(({ name, kind }) => [name, kind]))).toEqual({
    ...{ '-rf': 'file', 'a\nb': 'file', dangling: 'link', link: 'link', pipe: 'pipe', '\u001b[31m': 'file' },
  })
  expect(kinds['link']).toMatchObject({ target: '../../etc/hosts', owner: 'root', place: 'container' })
  expect(kinds['a\nb']).toMatchObject({ size: 3, mode: '0644', target: null })
  expect(kinds['a\nb']?.modifiedAt).toBeGreaterThan(Date.now() - 600_000)

  const top = await entries(project, '/')
  expect(top['data']).toMatchObject({ kind: 'folder', place: 'volume', drift: null, driftBelow: 0 })
  expect(top['scratch']).toMatchObject({ place: 'memory' })
  expect(top['proc']).toMatchObject({ place: 'kernel' })
  expect(top['opt']).toMatchObject({ place: 'container', drift: null, driftBelow: 4 })
  expect(top['workspaces']).toMatchObject({ place: 'container' })
  expect((await entries(project, '/workspaces'))[path.basename(project.folder)]).toMatchObject({
    place: 'host',
  })
  const opt = await entries(project, '/opt')
  expect(opt['tool']).toMatchObject({ drift: null, driftBelow: 2 })
  expect(opt['old']).toMatchObject({ kind: 'gone', drift: 'deleted', size: null })
  expect(opt['gone']).toMatchObject({ kind: 'gone', drift: 'deleted' })
  expect((await entries(project, '/opt/tool'))['settings']).toMatchObject({ drift: 'changed' })
  expect((await entries(project, '/opt/tool/sub'))['new']).toMatchObject({ drift: 'added' })
  expect((await entries(project, '/data'))['in-volume']).toMatchObject({ place: 'volume', drift: null })

  // A link to a folder shows the folder.
  expect(await project.engine.files(project.folder, { path: '/bin' }, signal)).toMatchObject({
    path: '/usr/bin',
  })

  const read = (path: string) => project.engine.readFile(project.folder, { path }, signal)
  expect(await read('/opt/tool/settings')).toMatchObject({
    ...{ drift: 'changed', text: 'one\nTWO\nthree\n', cut: false },
    diff: expect.stringMatching(/\n one\n-two\n\+TWO\n three\n$/),
  })
  expect(await read('/opt/tool/sub/new')).toMatchObject({ drift: 'added', text: 'new\n', diff: null })
  expect(await read('/opt/old')).toMatchObject({ drift: 'deleted', text: 'old\n', diff: null })
  expect(await read('/data/in-volume')).toMatchObject({ place: 'volume', drift: null, text: 'x\n' })
  expect(await read('/tmp/k/link')).toMatchObject({
    path: '/etc/hosts',
    text: expect.stringContaining('localhost'),
  })
  expect(await read('/bin/ls')).toMatchObject({ text: null, drift: null })

  for (const [at, code] of [
    ['/tmp/k/pipe', 'path-not-file'],
    ['/tmp/k', 'path-not-file'],
    ['/tmp/k/dangling', 'path-missing'],
    ['/nowhere', 'path-missing'],
    ['/proc/kmsg', 'path-not-shown'],
    ['/dev/null', 'path-not-shown'],
    ['/scratch/x', 'path-not-shown'],
  ] as const)
    expect([at, await codeOf(read(at))]).toEqual([at, code])
  expect(await codeOf(entries(project, '/nowhere'))).toBe('path-missing')
  expect(await codeOf(entries(project, '/opt/tool/settings'))).toBe('path-not-folder')

  const shown = await pristine(project, 'files', '/opt')
  expect(shown.stdout).toMatch(/^- +gone +old$/m)
  expect(shown.stdout).toMatch(/^ +0755 +root +folder +[-\d]+ [\d:]+ +tool\/ \(2 changes below\)$/m)
  expect((await pristine(project, 'files', '/tmp/k')).stdout).toContain('a\\nb')

  await project.engine.stop(project.folder, project.run())
  expect(await codeOf(entries(project, '/opt'))).toBe('environment-not-running')
  expect(await read('/opt/tool/settings')).toMatchObject({ drift: 'changed' })
})

test.each(['debian:bookworm-slim', 'busybox:1.36'])(
  'in %s, a file is copied in and out with its content',
  async (image) => {
    await using project = await testProject(devcontainer({ image, ...options, remoteUser: '1234:4321' }))
    await project.up()
    const outside = path.join(project.folder, '..', 'outside')
    await mkdir(outside)
    const bytes = randomBytes(50_000_001)
    await writeFile(path.join(outside, 'big file'), bytes, { mode: 0o755 })
    const cp = (...words: string[]) => pristine(project, 'cp', ...words, '--json')

    const [source, back] = [path.join(outside, 'big file'), path.join(outside, 'back')]
    const sent = await cp(source, 'env:/data/')
    expect([sent.code, JSON.parse(sent.stdout)]).toMatchObject([
      0,
      { copied: { to: 'env:/data/big file', bytes: bytes.length, place: 'volume' } },
    ])
    expect((await entries(project, '/data'))['big file']).toMatchObject({ owner: '1234', mode: '0755' })
    expect((await project.exec('stat -c %u:%g "/data/big file"')).stdout).toBe('1234:4321\n')
    expect(await cp('env:/data/big file', back)).toMatchObject({ code: 0 })
    expect(hashOf(await readFile(back))).toBe(hashOf(bytes))
    expect((await stat(back)).mode & 0o777).toBe(0o755)

    // Nothing is replaced unasked, on either side; a folder never is.
    await writeFile(source, 'small')
    for (const words of [
      [source, 'env:/data'],
      ['env:/data/big file', back],
    ])
      expect(JSON.parse((await cp(...words)).stdout)).toMatchObject({ error: { code: 'path-exists' } })
    expect(await cp(source, 'env:/data', '--replace')).toMatchObject({ code: 0 })
    expect((await project.exec('cat "/data/big file"')).stdout).toBe('small')
    expect(JSON.parse((await cp(source, 'env:/data/../', '--replace')).stdout)).toMatchObject({
      copied: { to: 'env:/big file', place: 'container' },
    })
    await project.exec('mkdir -p /tmp/there/here 2>/dev/null')
    expect(JSON.parse((await cp(source, 'env:/tmp/there/here')).stdout).copied.to).toBe(
      'env:/tmp/there/here/big file',
    )
    await writeFile(path.join(outside, 'here'), '')
    expect(JSON.parse((await cp(path.join(outside, 'here'), 'env:/tmp/there/')).stdout)).toMatchObject({
      error: { code: 'path-exists', data: { isFolder: true } },
    })
    // A link to a folder is that folder.
    await project.exec('mkdir -p /tmp/there/real && ln -s real /tmp/there/to-folder')
    expect(JSON.parse((await cp(source, 'env:/tmp/there/to-folder', '--replace')).stdout).copied.to).toBe(
      'env:/tmp/there/real/big file',
    )
    expect((await project.exec('ls -A /tmp/there/real')).stdout).toBe('big file\n')
    // The system renames nothing onto a file that is mounted by itself.
    expect(JSON.parse((await cp(source, 'env:/etc/hostname', '--replace')).stdout).error).toMatchObject({
      code: 'file-not-copied',
      why: expect.stringMatching(/mv: .*busy/),
    })
    // A link is replaced itself, and what it led to stays.
    await project.exec('cd /tmp/there && echo kept > kept && ln -s kept link')
    expect(await cp(source, 'env:/tmp/there/link', '--replace')).toMatchObject({ code: 0 })
    expect((await project.exec('cat /tmp/there/kept /tmp/there/link')).stdout).toBe('kept\nsmall')

    const dangling = path.join(outside, 'dangling')
    await symlink('nowhere', dangling)
    const nowhere = await cp('env:/data/big file', '/nowhere/here')
    expect(JSON.parse(nowhere.stdout).error).toMatchObject({ why: 'There is no folder /nowhere.' })
    for (const [words, code] of [
      [[source, 'env:/scratch/x'], 'path-not-shown'],
      [[source, 'env:/nowhere/x'], 'path-missing'],
      [[source, 'env:/etc/passwd/x'], 'path-not-folder'],
      [[outside, 'env:/tmp/'], 'file-not-copied'],
      [[`${source}-not`, 'env:/tmp/'], 'file-not-copied'],
      [['env:/data', back, '--replace'], 'path-not-file'],
      [['env:/', outside], 'path-not-file'],
      [['env:/data/big file', dangling], 'path-exists'],
      [['env:/data/big file', '/nowhere/here'], 'file-not-copied'],
      [[source, back], 'usage'],
      [['env:relative', back], 'usage'],
    ] as const)
      expect([words, JSON.parse((await cp(...words)).stdout).error?.code]).toEqual([words, code])
  },
)

test('what code inside puts in the place of a file or a folder of the project leads no copy out of it', async () => {
  await using project = await testProject({
    ...devcontainer({ image: 'busybox:1.36', userEnvProbe: 'none' }),
    'notes.txt': 'notes',
    'reports/old': '',
  })
  await project.up()
  const { folder } = project
  const outside = path.join(folder, '..', 'outside')
  await mkdir(outside)
  await writeFile(path.join(outside, 'secret'), 'secret')
  const cp = (...words: string[]) => pristine(project, 'cp', ...words, '--json')
  await project.exec('echo report > /tmp/report.csv')
  // A person's own link leads into the project.
  await symlink(folder, path.join(outside, 'here'))
  const linked = path.join(outside, 'here/reports')
  expect(JSON.parse((await cp('env:/tmp/report.csv', linked)).stdout)).toMatchObject({
    copied: { to: path.join(linked, 'report.csv') },
  })
  expect(await readFile(path.join(folder, 'reports/report.csv'), 'utf8')).toBe('report\n')
  expect(await cp('notes.txt', 'env:/tmp/')).toMatchObject({ code: 0 })

  await project.exec(`rm -rf reports notes.txt; ln -s ${outside} reports; ln -s ${outside}/secret notes.txt`)
  for (const words of [
    ['env:/tmp/report.csv', 'reports/'],
    ['env:/tmp/report.csv', 'reports/new'],
    ['env:/tmp/report.csv', 'notes.txt', '--replace'],
    ['notes.txt', 'env:/tmp/', '--replace'],
    ['reports/secret', 'env:/tmp/'],
  ])
    expect(JSON.parse((await cp(...words)).stdout).error).toMatchObject({
      code: 'file-not-copied',
      why: expect.stringMatching(/(?:reports|notes\.txt) is a link, and none is followed/),
    })
  expect((await readdir(outside)).sort()).toEqual(['here', 'secret'])
  expect((await project.exec('cat /tmp/notes.txt')).stdout).toBe('notes')
})

test('an upload or a download that is cancelled leaves nothing', async () => {
  await using project = await testProject(devcontainer({ image: 'busybox:1.36', ...options }))
  await project.up()
  const stop = new AbortController()
  const size = 80_000_000
  const upload = await project.engine.prepareUpload(
    project.folder,
    { folder: '/data', name: 'half', size, mode: 0o644, replace: false },
    signal,
  )
  const chunk = randomBytes(1_000_000)
  const content = async function* () {
    for (let sent = 0; sent < size; sent += chunk.length) {
      if (sent === size / 2) stop.abort()
      yield chunk
    }
  }
  expect(await codeOf(upload(content(), project.run(stop.signal)))).toBe('cancelled')
  expect(await entries(project, '/data')).toEqual({})

  // The same where the file became shorter.
  const short = async function* () {
    yield chunk
  }
  expect(await codeOf(upload(short(), project.run()))).toBe('file-not-copied')
  expect(await entries(project, '/data')).toEqual({})

  await project.exec('head -c 80000000 /dev/zero > /data/zeros')
  const outside = path.join(project.folder, '..', 'outside')
  await mkdir(outside)
  const again = new AbortController()
  const run = {
    signal: again.signal,
    report: (event: OperationEvent) => {
      if (event.kind === 'step' && (event.done ?? 0) > 0) again.abort()
    },
  }
  const request = { path: '/data/zeros', target: path.join(outside, 'zeros'), replace: false }
  expect(await codeOf(project.engine.downloadFile(project.folder, request, run))).toBe('cancelled')
  expect(await readdir(outside)).toEqual([])

  // What came to be there meanwhile is not replaced.
  const meanwhile = { signal, report: () => writeFileSync(request.target, 'other') }
  expect(await codeOf(project.engine.downloadFile(project.folder, request, meanwhile))).toBe('path-exists')
  expect(await readdir(outside)).toEqual(['zeros'])
  expect(await readFile(request.target, 'utf8')).toBe('other')
})

test('a folder with too many entries says how many it has; an image without programs says so', async () => {
  await using project = await testProject(devcontainer({ image: 'debian:bookworm-slim', ...options }))
  await project.up()
  await project.exec('mkdir /tmp/many && cd /tmp/many && seq 1 6000 | xargs touch')
  const listing = await project.engine.files(project.folder, { path: '/tmp/many' }, signal)
  expect([listing.entries.length, listing.more]).toEqual([5_000, 1_000])
  await project.exec('rm /usr/bin/stat')
  expect(await codeOf(entries(project, '/tmp'))).toBe('folder-not-listed')
  await project.exec('rm /bin/sh')
  expect(await codeOf(entries(project, '/tmp'))).toBe('folder-not-listed')
})

test('a page saves a file of a service and puts one into it, in pieces; neither is kept on the way', async () => {
  await using project = await testProject({
    '.devcontainer.json': JSON.stringify({
      ...{
        dockerComposeFile: 'compose.yaml',
        service: 'web',
        workspaceFolder: '/work',
        userEnvProbe: 'none',
      },
    }),
    'compose.yaml': `
services:
  web: {image: "busybox:1.36", command: [sleep, "100000"], volumes: [".:/work"]}
  db: {image: "busybox:1.36", command: [sleep, "100000"], user: "33", volumes: ["data:/data"]}
volumes: {data: }
`,
  })
  await project.grant()
  await project.up()
  await using serving = await serveApp({ ...project.env, HOME: path.dirname(project.folder) })
  await using window = await Window.open(serving.server)
  const { key } = await window.client.projects.open({ folder: project.folder })
  const at = { project: key, service: 'db', path: '/data' }
  const { files } = window.client
  const list = async () => (await files.list(at)).entries.map(({ name, owner }) => `${name} ${owner}`)

  const bytes = randomBytes(50 * UPLOAD_CHUNK + 7)
  const begin = (name: string, replace = false) => files.upload({ ...at, name, size: bytes.length, replace })
  const { upload } = await begin('big')
  for (let sent = 0; sent < bytes.length; sent += UPLOAD_CHUNK)
    await files.send({ upload, bytes: bytes.subarray(sent, sent + UPLOAD_CHUNK).toString('base64') })
  // It is there when all of it is.
  expect(await list()).toEqual([])
  expect(await files.finish({ upload })).toEqual({ path: '/data/big', place: 'volume', bytes: bytes.length })
  expect(await list()).toEqual(['big www-data'])
  expect((await files.list({ project: key, path: '/' })).service).toBe('web')
  expect(await failureOf(files.list({ project: key, path: '/data' }))).toMatchObject({ code: 'path-missing' })
  expect(await failureOf(begin('big'))).toMatchObject({ code: 'path-exists' })

  const { address } = await files.offer({ ...at, path: '/data/big' })
  const got = await fetch(serving.server.origin + address)
  expect(hashOf(Buffer.from(await got.arrayBuffer()))).toBe(hashOf(bytes))

  // A half one that is cancelled, and one that is shorter than was said.
  const half = await begin('half')
  await files.send({ ...half, bytes: 'eHh4' })
  await files.cancel(half)
  const short = await begin('short')
  await files.send({ ...short, bytes: 'eHh4' })
  expect(await failureOf(files.finish(short))).toMatchObject({ code: 'file-not-copied' })
  expect(await list()).toEqual(['big www-data'])
  expect((await readdir(serving.home)).filter((name) => name.startsWith('transfer-'))).toEqual([])
})
