import { extract, type Header } from 'tar-stream'

/** What a tar holds, in its order. */
export async function entriesOf(tar: Buffer): Promise<{ header: Header; content: Buffer }[]> {
  const unpack = extract()
  const entries: { header: Header; content: Buffer }[] = []
  unpack.end(tar)
  for await (const entry of unpack) {
    const parts: Buffer[] = []
    for await (const part of entry) parts.push(part as Buffer)
    entries.push({ header: entry.header, content: Buffer.concat(parts) })
  }
  return entries
}
