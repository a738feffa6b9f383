import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Asset } from '../../../app/server/assets.ts'
import { type Server, startServer } from '../../../app/server/server.ts'
import { createApp } from '../../../main/router/router.ts'

/** A page as it might be built. */
const PAGE: [string, Asset][] = [
  [
    '/',
    {
      type: 'text/html; charset=utf-8',
      body: Buffer.from('<title>page</title>'),
      etag: '"p"',
      immutable: false,
    },
  ],
]

/** The app, served with a data folder of its own, and by default without an engine. */
export class Serving implements AsyncDisposable {
  readonly server: Server
  readonly home: string
  readonly env: Record<string, string | undefined>
  readonly app: ReturnType<typeof createApp>
  /** What must not have happened. */
  readonly faults: unknown[]
  private readonly root: string | undefined

  constructor(parts: Pick<Serving, 'server' | 'home' | 'env' | 'app' | 'faults'>, root: string | undefined) {
    this.server = parts.server
    this.home = parts.home
    this.env = parts.env
    this.app = parts.app
    this.faults = parts.faults
    this.root = root
  }

  get port(): number {
    return Number(new URL(this.server.origin).port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close()
    await this.app.close()
    if (this.root) await rm(this.root, { recursive: true, force: true })
  }
}

/** `env` is the person's; its `PRISTINE_HOME`, if it has one, is used. */
export async function serveApp(
  given: Record<string, string | undefined> = {},
  assets: Map<string, Asset> = new Map(PAGE),
): Promise<Serving> {
  const root = given['PRISTINE_HOME']
    ? undefined
    : await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-serve-')))
  const home = given['PRISTINE_HOME'] ?? path.join(root ?? '', 'home')
  const env = {
    HOME: root ?? home,
    PATH: process.env['PATH'],
    DOCKER_HOST: `unix://${path.join(home, 'no-engine.sock')}`,
    PRISTINE_HOME: home,
    ...given,
  }
  const faults: unknown[] = []
  const app = createApp({ env, version: '0.0.0', fault: (error) => faults.push(error) })
  const server = await startServer(app, assets, 0)
  return new Serving({ server, home, env, app, faults }, root)
}
