import type { Writable } from 'node:stream'
import type { Engine } from '../connection/connect.ts'

type Source = NodeJS.ReadableStream

/**
 * Parts the output of a command or a container without a TTY into its two streams. As long as one of them is not taken,
 * the engine waits, and with it the program: else what it prints would pile up here. After `signal` nobody waits.
 */
export function demux(
  engine: Engine,
  source: Source,
  stdout: Writable,
  stderr: Writable,
  signal?: AbortSignal,
): void {
  engine.docker.modem.demuxStream(source, stdout, stderr)
  const goOn = () => void source.resume()
  source.on('data', () => {
    const full = signal?.aborted ? undefined : [stdout, stderr].find((sink) => sink.writableNeedDrain)
    if (!full) return
    source.pause()
    full.once('drain', goOn)
  })
  signal?.addEventListener('abort', goOn, { once: true })
  source.once('close', () => signal?.removeEventListener('abort', goOn))
}
