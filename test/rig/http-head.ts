import type { Socket } from 'node:net'

/** The first lines of an HTTP request or reply, as they came, up to and with the empty line. */
export interface Head {
  /** The first line: `POST /v1.41/build HTTP/1.1` or `HTTP/1.1 200 OK`. */
  first: string
  /** A header's value, by its name in lower case. */
  header(name: string): string | undefined
  text: string
}

const END = '\r\n\r\n'

/**
 * Reads a head from a socket that nobody reads yet. What follows it stays in the socket, for whoever reads next.
 * Undefined when the other side ends before a head is whole.
 */
export async function readHead(socket: Socket): Promise<Head | undefined> {
  let bytes = Buffer.alloc(0)
  for (;;) {
    const chunk = socket.read() as Buffer | null
    if (chunk) {
      bytes = Buffer.concat([bytes, chunk])
      const end = bytes.indexOf(END)
      if (end >= 0) {
        const rest = bytes.subarray(end + END.length)
        if (rest.length > 0) socket.unshift(rest)
        return parseHead(bytes.toString('latin1', 0, end + END.length))
      }
      continue
    }
    if (socket.readableEnded || socket.destroyed) return undefined
    await change(socket)
  }
}

/** Waits until a socket has something to read, or never will. */
function change(socket: Socket): Promise<void> {
  const events = ['readable', 'end', 'close']
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) socket.off(event, done)
      resolve()
    }
    for (const event of events) socket.once(event, done)
  })
}

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { first, text, header: (name) => headers.get(name) }
}

/** The head with one more header. */
export const withHeader = (head: Head, line: string): string =>
  `${head.text.slice(0, -END.length)}\r\n${line}${END}`
