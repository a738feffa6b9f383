import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

/** The person's own settings and the system's are not the rig's. */
const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
const execute = (program: string, args: string[]) => promisify(execFile)(program, args, { env })

/** Who may read what is below `/private/`. */
export const ACCOUNT = { user: 'ada', password: 'canary-5f1d' }

/**
 * Git's own HTTP server (`git http-backend`) on this computer. Below `/private/` it asks for a password; below `/slow/` it
 * stops in the middle of a pack; below `/broken/` it answers with an error.
 */
export class GitServer implements AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  readonly root: string
  /** Every request, as `GET /shop.git/info/refs`. */
  readonly requests: string[] = []
  private readonly server: Server
  private readonly largeFiles = new Map<string, string>()
  private readonly programs = new Set<ChildProcess>()
  private stalling = () => {}
  /** Fulfilled once a slow answer has stopped in the middle. */
  readonly stalled = new Promise<void>((resolve) => {
    this.stalling = resolve
  })

  constructor(root: string, server: Server) {
    this.root = root
    this.server = server
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('A listening server has no port.')
    this.origin = `http://127.0.0.1:${address.port}`
    server.on('request', (request, response) => this.answer(request, response))
  }

  url(name: string): string {
    return `${this.origin}/${name}.git`
  }

  /**
   * Makes a repository of files, on `main`. `links` are symbolic; `branches` and `tags` point at the same commit.
   * `submodules`: the commits that stand at paths, as `.gitmodules` among the files says.
   */
  async repository(
    name: string,
    files: Record<string, string>,
    more: {
      links?: Record<string, string>
      branches?: string[]
      tags?: string[]
      submodules?: Record<string, string>
    } = {},
  ): Promise<string> {
    const tree = await mkdtemp(path.join(this.root, 'tree-'))
    const at = (...args: string[]) =>
      execute('git', ['-C', tree, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args])
    await execute('git', ['init', '-q', '-b', 'main', tree])
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true })
      await writeFile(path.join(tree, file), text)
    }
    await at('add', '-A')
    for (const [name, commit] of Object.entries(more.submodules ?? {})) {
      await at('update-index', '--add', '--cacheinfo', `160000,${commit},${name}`)
    }
    await at('commit', '-q', '--allow-empty', '-m', 'First')
    if (more.links) await at('update-ref', 'refs/heads/main', await commitWith(tree, more.links))
    for (const branch of more.branches ?? []) await at('branch', branch)
    for (const tag of more.tags ?? []) await at('tag', tag)
    await this.publish(name, tree)
    const { stdout } = await at('rev-parse', 'HEAD')
    return stdout.trim()
  }

  /** Serves what is in a working tree's repository. */
  async publish(name: string, tree: string): Promise<void> {
    const bare = path.join(this.root, `${name}.git`)
    await mkdir(path.dirname(bare), { recursive: true })
    await execute('git', ['clone', '-q', '--bare', tree, bare])
    for (const setting of ['uploadpack.allowReachableSHA1InWant', 'http.getanyfile']) {
      await execute('git', ['-C', bare, 'config', setting, 'true'])
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? '/', this.origin)
    this.requests.push(`${request.method} ${pathname}`)
    if (pathname.startsWith('/broken/')) return void response.writeHead(503).end()
    const known = `Basic ${Buffer.from(`${ACCOUNT.user}:${ACCOUNT.password}`).toString('base64')}`
    if (pathname.startsWith('/private/') && request.headers.authorization !== known) {
      return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
    }
    if (pathname.includes('/info/lfs/')) return void this.answerLargeFiles(request, pathname, response)
    const slow = pathname.startsWith('/slow/') && request.method === 'POST'
    const program = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname.replace(/^\/(?:slow|private)/, ''),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_USER: '',
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.programs.add(program)
    program.on('close', () => this.programs.delete(program))
    request.pipe(program.stdin).on('error', () => {})
    void this.pass(program, response, slow)
  }

  /** Keeps the content of a large file; gives the pointer that a repository holds in its place. */
  keepLargeFile(content: string): string {
    const hash = createHash('sha256').update(content).digest('hex')
    this.largeFiles.set(hash, content)
    return `version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize ${content.length}\n`
  }

  /** Git LFS's batch of objects (git-lfs, docs/api/batch.md), and the objects. */
  private async answerLargeFiles(
    request: IncomingMessage,
    pathname: string,
    response: ServerResponse,
  ): Promise<void> {
    const json = { 'Content-Type': 'application/vnd.git-lfs+json' }
    if (!pathname.endsWith('/objects/batch')) {
      const content = this.largeFiles.get(pathname.split('/').at(-1) ?? '')
      return void response.writeHead(content === undefined ? 404 : 200, json).end(content)
    }
    const { objects } = JSON.parse(await text(request)) as { objects: { oid: string; size: number }[] }
    const where = `${this.origin}${pathname.replace(/\/objects\/batch$/, '')}`
    const found = objects.map((one) => ({ ...one, actions: { download: { href: `${where}/${one.oid}` } } }))
    response.writeHead(200, json).end(JSON.stringify({ transfer: 'basic', objects: found }))
  }

  /** Passes on what a CGI program says: headers, an empty line, the body. */
  private async pass(program: ChildProcess, response: ServerResponse, slow: boolean): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of program.stdout ?? []) chunks.push(chunk as Buffer)
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n')
    const lines = all.subarray(0, end).toString('latin1').split('\r\n')
    const headers = lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    const body = all.subarray(end + 4)
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
    )
    // The list of branches has no pack in it, and comes whole.
    if (!slow || !body.includes('PACK')) return void response.end(body)
    response.write(body.subarray(0, body.length / 2), () => this.stalling())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
    await Promise.all([...this.programs].map((program) => once(program, 'close')))
    await rm(this.root, { recursive: true, force: true })
  }
}

/** A commit after the last one with links in its root, under names that git itself would not write to a disk. */
async function commitWith(tree: string, links: Record<string, string>): Promise<string> {
  const at = async (args: string[], input = '') => {
    const running = execute('git', [
      '-C',
      tree,
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.org',
      ...args,
    ])
    // One that reads nothing may have ended by then.
    running.child.stdin?.on('error', () => {}).end(input)
    return (await running).stdout.trim()
  }
  const entries = [await at(['ls-tree', 'HEAD'])]
  for (const [name, target] of Object.entries(links)) {
    entries.push(`120000 blob ${await at(['hash-object', '-w', '--stdin'], target)}\t${name}`)
  }
  return at(['commit-tree', await at(['mktree'], `${entries.join('\n')}\n`), '-p', 'HEAD', '-m', 'Links'])
}

export async function startGitServer(): Promise<GitServer> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-git-')))
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new GitServer(root, server)
}
