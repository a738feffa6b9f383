/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import { createHash, randomBytes } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import Docker from 'dockerode'
import { type Pack, pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextTar } from '../../main/build/context-tar.ts'
import { pinDockerfile } from '../../main/definition/dockerfile/pin-references.ts'
import { readDockerfile } from '../../main/definition/dockerfile/read-dockerfile.ts'
import { contextFiles } from '../../main/definition/inputs/inputs.ts'
import { openInside } from '../../main/files/open-inside.ts'
import { isProductError } from '../../shared/errors.ts'
import { sampled } from '../sample.ts'
import { checkoutOf, scratch } from '../unit/inputs/scratch.ts'
import { entriesOf } from '../unit/inputs/tar-entries.ts'

/**
 * BuildKit itself is asked: a Dockerfile as written, with the whole folder, and the one that Pristine
 * sends, with the files that Pristine picks, must both fail, or make the same /out.
 */
interface Case {
  text: string
  files?: Record<string, string>
  links?: Record<string, string>
  folders?: string[]
  args?: Record<string, string>
  target?: string
  /** Which of the files Pristine sends; all of them if it is not given. */
  sent?: string[]
}

const some = {
  'package.json': '{}',
  'package-lock.json': '{"l":1}',
  'src/a.txt': 'a',
  'src/deep/b.txt': 'b',
  'README.md': 'r',
}

const CASES: Record<string, Case> = {
  'a pattern': {
    text: 'FROM scratch\nCOPY package*.json /out/\n',
    files: some,
    sent: ['package-lock.json', 'package.json'],
  },
  'everything, twice': { text: 'FROM scratch\nCOPY . /out/\nCOPY ./src/../src /out/again/\n', files: some },
  'folders and files': {
    text: 'FROM scratch\nCOPY src README.md /out/\nCOPY src/deep /out/deeper\n',
    files: some,
    folders: ['src/empty/inner'],
  },
  'a wildcard folder': {
    text: 'FROM scratch\nCOPY s*/*.txt /out/\nCOPY s?c/d* /out/d/\n',
    files: some,
    sent: ['src/a.txt', 'src/deep/b.txt'],
  },
  'a path above the context': {
    text: 'FROM scratch\nCOPY ../../src/a.txt /out/\n',
    files: some,
    sent: ['src/a.txt'],
  },
  'a name with blanks and brackets': {
    text: 'FROM scratch\nCOPY ["with space/[x].txt", "/out/a"]\nCOPY ["with space/[[]x].txt", "/out/b"]\n',
    files: { 'with space/[x].txt': '1', 'with space/x.txt': '2' },
  },
  'a file that is not there': { text: 'FROM scratch\nCOPY missing /out/\n', files: some },
  'arguments and variables': {
    text: 'ARG WHAT=README\nFROM scratch AS base\nARG WHAT\nENV DIR=src FILE=${WHAT:-x}.md\nARG DIR2="${DIR}/deep"\nFROM base\nCOPY ${DIR:+src}/a.txt $DIR2/b.txt ${FILE} "${NO:-package}.json" /out/\n',
    files: some,
    sent: ['README.md', 'package.json', 'src/a.txt', 'src/deep/b.txt'],
  },
  'an argument that is given': {
    text: 'FROM scratch\nARG FILE=README.md\nCOPY ${FILE} /out/\n',
    files: some,
    args: { FILE: 'package.json' },
    sent: ['package.json'],
  },
  'stages in any case, by name and by number': {
    text: 'FROM busybox:1.36 AS unused\nCOPY missing /x\nFROM busybox:1.36 AS Make\nCOPY src /made/src\nRUN echo made > /made/file\nFROM scratch AS other\nCOPY README.md /r/\nFROM scratch\nCOPY --from=1 /made /out/\nCOPY --from=OTHER /r /out/r\n',
    files: some,
    sent: ['README.md', 'src/a.txt', 'src/deep/b.txt'],
  },
  'an image to copy from': {
    text: 'FROM scratch\nCOPY --from=busybox:1.36 /bin/busybox /out/busybox\n',
    files: some,
    sent: [],
  },
  'a target': {
    text: 'FROM scratch AS one\nCOPY src/a.txt /out/\nFROM one AS two\nCOPY README.md /out/\nFROM two\nCOPY missing /out/\n',
    target: 'TWO',
    files: some,
    sent: ['README.md', 'src/a.txt'],
  },
  'mounts of the context and of images': {
    text: 'FROM busybox:1.36\nRUN --mount=type=bind,source=src,target=/s --mount=type=bind,from=debian:bookworm,source=/etc,target=/e \\\n  # a remark\n\n  mkdir /out && cp -r /s/. /out/ && cp /e/debian_version /out/\nRUN --mount=type=bind,source=package.json,target=/p.json cp /p.json /out/\n',
    files: some,
    sent: ['package.json', 'src/a.txt', 'src/deep/b.txt'],
  },
  'triggers of a stage of its own': {
    text: 'FROM busybox:1.36 AS base\nONBUILD COPY src/a.txt /out/\nONBUILD RUN echo triggered > /out/t\nFROM base\nCOPY README.md /out/\n',
    files: some,
    sent: ['README.md', 'src/a.txt'],
  },
  'a backtick to escape, CRLF and a byte-order mark': {
    text: '\ufeff# escape=`\r\nFROM busybox:1.36\r\nCOPY README.md `\r\n  src/a.txt `\r\n  /out/\r\nRUN echo one `\r\n  two > /out/e\r\n',
    files: some,
    sent: ['README.md', 'src/a.txt'],
  },
  'comments and blank lines within an instruction': {
    text: 'FROM busybox:1.36\nRUN mkdir /out \\\n# one\n\n   # two\n && echo "# three" > /out/x \\\n && echo \\# four >> /out/x\n',
    sent: [],
  },
  'a here-document, which old builders do not know': {
    text: 'FROM busybox:1.36\nRUN mkdir /out\nCOPY <<EOF /out/x\nFROM scratch\n$HOME\nEOF\nCOPY README.md /out/\n',
    files: some,
  },
  'links below a folder': {
    text: 'FROM scratch\nCOPY src /out/\n',
    files: some,
    links: { 'src/up': '../README.md', 'src/gone': 'nowhere', 'src/deep/abs': '/etc/passwd' },
    sent: ['src/a.txt', 'src/deep/abs', 'src/deep/b.txt', 'src/gone', 'src/up'],
  },
  'links as sources, and on the way': {
    text: 'FROM scratch\nCOPY link /out/link\nCOPY file /out/\nCOPY link/a.txt /out/through\n',
    files: some,
    links: { link: 'src/deep/../', file: './README.md' },
  },
  'a link out of the context': {
    text: 'FROM scratch\nCOPY out /out/\n',
    files: some,
    links: { out: '../../../etc/hostname' },
  },
  // With --chmod old builders leave a download at 0600; Pristine's COPY does as it is told.
  'a download, with an owner': {
    text: 'FROM busybox:1.36\nADD HOST/tool.txt?x=1 /out/\nADD --chown=7:8 HOST/tool.txt /out/named\nADD HOST/archive.tar /out/\n',
    files: some,
    sent: [],
  },
  'downloads and files in one instruction': {
    text: 'FROM busybox:1.36\nADD README.md \\\n  HOST/a%20b.txt \\\n  src/a.txt /out/\n',
    files: some,
    sent: ['README.md', 'src/a.txt'],
  },
  'an archive of the context': {
    text: 'FROM scratch\nADD inner.tar /out/\nCOPY inner.tar /out/\n',
    files: { 'inner.tar': 'INNER' },
  },
  'an unknown instruction': { text: 'FROM scratch\nCOPPY . /out/\n', files: some },
  'an environment of the image in a path': {
    text: 'FROM debian:bookworm\nCOPY src${NOTHING_SET}/a.txt /out/\n',
    files: some,
  },
}

const docker = new Docker()
const tag = `pristine-oracle-${randomBytes(4).toString('hex')}`
const made: string[] = []
let server: Server
let host = ''
const digests: Record<string, string> = {}
const inner = tarText({ 'x/y.txt': 'packed' })

beforeAll(async () => {
  const archive = await inner
  server = createServer((request, response) =>
    response.end(request.url?.includes('tar') ? archive : `served ${request.url}`),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const name of ['busybox:1.36', 'debian:bookworm']) {
    const { Descriptor } = await docker.getImage(name).distribution()
    digests[name] = `docker.io/library/${name.split(':')[0]}@${Descriptor.digest}`
  }
})

afterAll(async () => {
  server.close()
  await Promise.all(
    made.map((name) =>
      docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined),
    ),
  )
})

test.for(sampled(Object.entries(CASES), 2))('%s', async ([, each]) => {
  await using folder = await scratch()
  for (const [name, content] of Object.entries(each.files ?? {}))
    await folder.write(
      name,
      content === 'INNER' ? await inner : content,
      name.endsWith('.md') ? 0o755 : 0o644,
    )
  for (const [name, target] of Object.entries(each.links ?? {})) await folder.link(name, target)
  for (const name of each.folders ?? []) await folder.folder(name)
  const text = each.text.replaceAll('HOST', host)

  const whole = await build(await wholeFolder(folder.path, text), each, '.pristine/Dockerfile')
  for (const inFolder of [false, true]) {
    const ours = await pristine(folder.path, text, each, inFolder)
    expect(ours.files, ours.problem).toEqual(whole.files)
    if (whole.files) expect(ours.sent).toEqual(each.sent ?? ours.sent)
  }
})

interface Outcome {
  /** What is in /out; undefined if the build failed. */
  files: string[] | undefined
  problem: string
  sent?: string[]
}

async function pristine(root: string, text: string, each: Case, inFolder: boolean): Promise<Outcome> {
  const { args = {}, target } = each
  try {
    const reading = readDockerfile(text, {
      file: 'Dockerfile',
      args,
      ...(target !== undefined && { target }),
    })
    const files = await contextFiles(await checkoutOf(root), root, reading.sources, undefined)
    const contents = await Promise.all(
      reading.downloads.map(async ({ url }) => [url, await download(url)] as const),
    )
    const downloads = Object.fromEntries(
      contents.map(([url, content]) => [url, { integrity: `sha256:${hash(content)}` }]),
    )
    const pinned = pinDockerfile(reading, { images: digests, downloads }, { inFolder })
    const extra = [
      { path: '.pristine/Dockerfile', content: pinned.text },
      ...contents.map(([url, content]) => ({
        path: pinned.downloadPath(url, `sha256:${hash(content)}`),
        content,
        mode: 0o600,
      })),
    ]
    const tar = contextTar({
      open: ([name]) => openInside(root, name),
      files,
      extra,
      ...(inFolder && { folder: 'context' }),
    })
    // The target is the last stage of what is sent.
    const outcome = await build(tar, { ...each, target: undefined }, '.pristine/Dockerfile')
    const sent = files.filter(([, , content]) => content !== 'dir').map(([name]) => name)
    return { ...outcome, sent }
  } catch (error) {
    if (isProductError(error)) return { files: undefined, problem: JSON.stringify(error.data) }
    throw error
  }
}

const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url)
  return Buffer.from(await response.arrayBuffer())
}

async function build(
  context: Readable,
  { args = {}, target }: { args?: Record<string, string>; target?: string | undefined },
  dockerfile: string,
): Promise<Outcome> {
  const name = `${tag}:${made.length}`
  made.push(name)
  // As text, dockerode would open a session that is not needed here.
  const version = 2 as unknown as '2'
  const options = {
    t: name,
    version,
    dockerfile,
    buildargs: args,
    rm: true,
    ...(target !== undefined && { target }),
  }
  const stream = await docker.buildImage(context, options)
  const problem = await new Promise<string>((resolve) => {
    docker.modem.followProgress(stream, (error: Error | null, output: { error?: string }[]) =>
      resolve(error?.message ?? output.find((event) => event.error)?.error ?? ''),
    )
  })
  return { problem, files: problem === '' ? await outOf(name) : undefined }
}

/** The entries of /out in an image: type, mode, owner, path, link or content. */
async function outOf(image: string): Promise<string[]> {
  const container = await docker.createContainer({ Image: image, Cmd: ['none'] })
  try {
    const archive = await container.getArchive({ path: '/out' })
    const entries = await entriesOf(await buffer(archive))
    return entries
      .map(({ header: { type, mode, uid, gid, name, linkname }, content }) => {
        const what = type === 'file' ? hash(content) : (linkname ?? '')
        return `${type} ${mode.toString(8)} ${uid}:${gid} ${name} ${what}`
      })
      .filter((entry) => !entry.includes(' out/.pristine'))
      .sort()
  } finally {
    await container.remove({ force: true })
  }
}

/** Everything in a folder as a tar, as other tools send it, and the Dockerfile. */
async function wholeFolder(root: string, text: string): Promise<Readable> {
  const out = pack()
  out.entry({ name: '.pristine/Dockerfile' }, text)
  await packFolder(out, root, '')
  out.finalize()
  return contextOf(out)
}

async function packFolder(out: Pack, root: string, below: string): Promise<void> {
  for (const name of await readdir(path.join(root, below))) {
    const here = path.posix.join(below, name)
    const stats = await lstat(path.join(root, here))
    const header = { name: here, mtime: new Date(0) }
    if (stats.isSymbolicLink())
      out.entry({ ...header, type: 'symlink', linkname: await readlink(path.join(root, here)), mode: 0o777 })
    else if (stats.isDirectory()) {
      out.entry({ ...header, type: 'directory', mode: 0o755 })
      await packFolder(out, root, here)
    } else
      out.entry(
        { ...header, mode: stats.mode & 0o111 ? 0o755 : 0o644 },
        await readFile(path.join(root, here)),
      )
  }
}

async function tarText(files: Record<string, string>): Promise<Buffer> {
  const out = pack()
  for (const [name, content] of Object.entries(files)) out.entry({ name, mtime: new Date(0) }, content)
  out.finalize()
  return buffer(contextOf(out))
}

function contextOf(out: Pack): Readable {
  return Readable.from(out, { objectMode: false })
}
