/**
 * The lines of a container's output. Without a TTY the engine sends frames: one byte of stream, three of
 * padding, four of length (big endian), then the text (Docker Engine API, "Attach to a container").
 */
export function lines(raw: Buffer, tty: boolean): string[] {
  const text = tty ? raw.toString('utf8') : unframe(raw)
  const all = text.split(/\r?\n/)
  if (all.at(-1) === '') all.pop()
  return all
}

function unframe(raw: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4)
    parts.push(raw.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(parts).toString('utf8')
}
