import { setFlagsFromString } from 'node:v8'
import { productError } from '../../../shared/errors.ts'
import { readAssets } from '../../server/assets.ts'
import { pageFolder } from '../../server/page.ts'
import { VERSION } from '../../version.ts'
import { colour, printJson, printLine, printNote } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine serve`: the app as a page for the browser on this computer, until interrupted. */
export async function serve(session: Session, options: { port?: string }): Promise<number> {
  const port = options.port === undefined ? 0 : Number(options.port)
  if (!(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw productError('usage', { problem: `--port takes a port number, not "${options.port}".` })
  }
  // It stays all day and does little: left alone, V8 keeps the room that a look at all projects needs for a moment,
  // 60 MB of 170 with a thousand of them.
  setFlagsFromString('--optimize-for-size')
  // Loaded here, because no other verb needs them.
  const [{ createApp }, { startServer }] = await Promise.all([
    import('../../../main/router/router.ts'),
    import('../../server/server.ts'),
  ])
  const assets = await readAssets(await pageFolder(session.run))
  session.settle()
  const app = createApp({ env: process.env, version: VERSION, fault })
  try {
    const server = await startServer(app, assets, port)
    const { address, origin } = server
    if (session.json) printJson({ address, origin, pid: process.pid })
    else {
      printLine(`Pristine is at ${colour('bold', address)}`)
      printLine(colour('dim', 'Only this computer reaches it, and only with this address. Ctrl-C ends it.'))
    }
    const { signal } = session.run
    if (!signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    }
    await server.close()
  } finally {
    await app.close()
  }
  return 0
}

/** Unexpected errors are for the person who runs the server, not for the page. */
function fault(error: unknown): void {
  printNote(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
