import { readSync } from 'node:fs'

/**
 * The first `size` bytes of an open file, or all of a shorter one. Code inside a container can make a file of the project
 * longer at any moment: what was not there when its size was looked at is not read.
 */
export function readPrefix(fd: number, size: number): Buffer {
  const content = Buffer.allocUnsafe(size)
  for (let length = 0; ; ) {
    const more = length < size ? readSync(fd, content, length, size - length, length) : 0
    if (more === 0) return content.subarray(0, length)
    length += more
  }
}
