import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { COMMAND_LINE } from './built.ts'

/** A `pristine serve` that somebody started. */
export interface Served {
  /** With its token. */
  address: string
  pid: number
  /** Ends it, unless it has ended, and waits for that. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Starts `pristine serve`, on a port of its own choice unless one is given, and waits until it serves. */
export async function served(options: {
  env: Record<string, string | undefined>
  cwd?: string
  port?: number
}): Promise<Served> {
  const { env, cwd, port = 0 } = options
  const server = spawn(process.execPath, [COMMAND_LINE, 'serve', '--json', '--port', String(port)], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Not inherited: Vitest waits until nobody holds a worker's stderr, also not a server that outlives its story.
  server.stderr.pipe(process.stderr, { end: false })
  let text = ''
  for await (const chunk of server.stdout) {
    text += chunk
    const address = /"address":\s*"([^"]+)"/.exec(text)?.[1]
    if (!address) continue
    return {
      address,
      pid: server.pid ?? 0,
      end: async (signal) => {
        if (server.exitCode !== null || server.signalCode !== null) return
        const gone = once(server, 'exit')
        server.kill(signal)
        await gone
      },
    }
  }
  throw new Error(`pristine serve ended: ${text}`)
}
