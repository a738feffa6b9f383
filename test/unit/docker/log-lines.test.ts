import { expect, test } from 'vitest'
import { lines } from '../../../main/docker/log-lines.ts'

function frame(stream: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

test('frames are taken off, and a line may go over several of them', () => {
  expect(lines(Buffer.concat([frame(1, 'one\ntw'), frame(1, 'o\n'), frame(2, 'three')]), false)).toEqual([
    'one',
    'two',
    'three',
  ])
})

test('a letter that a frame cuts in two is whole again', () => {
  const bytes = Buffer.from('ä\n')
  const half = (from: number, to: number) =>
    Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, to - from]), bytes.subarray(from, to)])
  expect(lines(Buffer.concat([half(0, 1), half(1, 3)]), false)).toEqual(['ä'])
})

test('a terminal has no frames', () => {
  expect(lines(Buffer.from('one\r\ntwo\r\n'), true)).toEqual(['one', 'two'])
})

test('nothing, and a frame that is cut off, give what is there', () => {
  expect(lines(Buffer.alloc(0), false)).toEqual([])
  expect(lines(frame(1, 'whole').subarray(0, 11), false)).toEqual(['who'])
})
