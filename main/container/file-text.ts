import type { Engine } from '../docker/connection/connect.ts'
import { openFile } from '../docker/stream-file.ts'

/** In bytes: more of a file is not shown. */
const MAX_TEXT = 512 * 1024

/** The beginning of a file as text, null where it is none, and whether there is more. */
export interface FileText {
  text: string | null
  cut: boolean
}

/** Reads the beginning of a file of a container, running or not. What is no file by now is empty. Errors: those of the engine. */
export async function readText(
  engine: Engine,
  container: string,
  path: string,
  run: { signal: AbortSignal },
): Promise<FileText> {
  const file = await openFile(engine, container, path, run)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of file?.content ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_TEXT) break
  }
  const bytes = Buffer.concat(chunks)
  return textOf(bytes.subarray(0, MAX_TEXT), bytes.length > MAX_TEXT)
}

/** Bytes as text: UTF-8 without NUL. A character that is cut off at the end is left out. */
export function textOf(bytes: Uint8Array, cut: boolean): FileText {
  if (bytes.includes(0)) return { text: null, cut }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut }), cut }
  } catch {
    return { text: null, cut }
  }
}
