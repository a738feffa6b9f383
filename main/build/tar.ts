/** In bytes. */
const BLOCK = 512
/** In bytes. Small files come several in one piece: each would be sent by itself. */
const PIECE = 256 * 1024
/** In bytes, without the NUL behind it. */
const LONGEST_NAME = 100
/** In bytes: the size's field holds eleven octal digits. */
const LARGEST_SIZE = 0o77777777777

const TYPES = { file: '0', link: '2', folder: '5', extended: 'x' }

/** An entry of an archive. `size` in bytes, of a file's content; `target` is what a link says. */
export interface TarEntry {
  kind: 'file' | 'link' | 'folder'
  /** With forward slashes. */
  name: string
  mode: number
  size?: number
  target?: string
}

/**
 * Writes an archive as POSIX.1-2001 has it (pax, "ustar" where that is enough) into large pieces: no times, no owners. What
 * a small file holds is read where it is sent from. The caller takes the pieces that are full.
 */
export class TarWriter {
  private piece = Buffer.allocUnsafe(PIECE)
  private used = 0
  private readonly full: Buffer[] = []

  /** Adds an entry, but for a file's content, which has to follow. */
  add(entry: TarEntry): void {
    const name = Buffer.from(entry.kind === 'folder' ? `${entry.name}/` : entry.name)
    const target = entry.target === undefined ? undefined : Buffer.from(entry.target)
    const size = entry.size ?? 0
    const records = [
      ...(fits(name) ? [] : [record('path', name)]),
      ...(!target || fits(target) ? [] : [record('linkpath', target)]),
      ...(size > LARGEST_SIZE ? [record('size', Buffer.from(String(size)))] : []),
    ]
    if (records.length > 0) {
      const extended = Buffer.concat(records)
      this.header(TYPES.extended, Buffer.from('pax'), 0o644, extended.length)
      this.write(extended)
      this.pad(extended.length)
    }
    this.header(TYPES[entry.kind], name, entry.mode, size > LARGEST_SIZE ? 0 : size, target)
  }

  /** Adds a part of a file's content. */
  write(content: Buffer): void {
    for (let from = 0; from < content.length; ) {
      if (this.used === this.piece.length) this.next(PIECE)
      const copied = content.copy(this.piece, this.used, from)
      this.used += copied
      from += copied
    }
  }

  /** Ends a file's content of so many bytes. */
  pad(size: number): void {
    const rest = size % BLOCK
    if (rest > 0) this.zeros(BLOCK - rest)
  }

  /** The pieces that are full; each once. */
  take(): Buffer[] {
    return this.full.splice(0)
  }

  /** Ends the archive. */
  end(): void {
    this.zeros(2 * BLOCK)
    this.next(0)
  }

  private header(type: string, name: Buffer, mode: number, size: number, target?: Buffer): void {
    const at = this.room(BLOCK)
    const { piece } = this
    piece.fill(0, at, at + BLOCK)
    name.copy(piece, at, 0, LONGEST_NAME)
    const numbers = [octal(mode, 7), NOBODY, NOBODY, octal(size, 11), octal(0, 11)]
    piece.write(`${numbers.join('\0')}\0${NO_SUM}${type}`, at + 100, 'latin1')
    target?.copy(piece, at + 157, 0, LONGEST_NAME)
    piece.write(FORMAT, at + 257, 'latin1')
    piece.write(NO_DEVICE, at + 329, 'latin1')
    let sum = FIXED_SUM
    const end = at + (target ? 257 : 157)
    for (let byte = at; byte < end; byte++) sum += piece[byte] ?? 0
    piece.write(`${octal(sum, 6)}\0`, at + 148, 'latin1')
  }

  private zeros(length: number): void {
    const at = this.room(length)
    this.piece.fill(0, at, at + length)
  }

  /** Where so many bytes are written next, in one piece. */
  private room(length: number): number {
    if (this.used + length > this.piece.length) this.next(PIECE)
    const at = this.used
    this.used += length
    return at
  }

  private next(length: number): void {
    if (this.used > 0) this.full.push(this.piece.subarray(0, this.used))
    this.piece = Buffer.allocUnsafe(length)
    this.used = 0
  }
}

/** No owner, and no device. */
const NOBODY = '0000000'
const FORMAT = 'ustar\x0000'
const NO_DEVICE = `${NOBODY}\0${NOBODY}\0`
/** Of the bytes behind the link's target. */
const FIXED_SUM = Buffer.from(FORMAT + NO_DEVICE, 'latin1').reduce((sum, byte) => sum + byte, 0)
/** What stands in the place of the checksum while it is computed. */
const NO_SUM = ' '.repeat(8)

const fits = (text: Buffer): boolean => text.length <= LONGEST_NAME && text.every((byte) => byte < 0x80)

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** `<length> <key>=<value>\n`, the length its own digits included. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')])
  let length = rest.length
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length
  return Buffer.concat([Buffer.from(String(length)), rest])
}
