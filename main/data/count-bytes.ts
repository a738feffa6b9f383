/** The number of bytes between two reports. */
const REPORTED = 8 * 1024 * 1024

/** Passes chunks on and reports the number of bytes, every few megabytes and at the end. */
export async function* countBytes(
  chunks: AsyncIterable<unknown>,
  report: (done: number) => void,
): AsyncGenerator<Buffer> {
  let done = 0
  for await (const chunk of chunks) {
    const before = done
    done += (chunk as Buffer).length
    if (Math.floor(before / REPORTED) < Math.floor(done / REPORTED)) report(done)
    yield chunk as Buffer
  }
  report(done)
}
