import { expect, test } from 'vitest'
import { LogBuffer } from '../../../renderer/screens/environment/logs/log-buffer.ts'

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ text: `line ${from + at}`, error: (from + at) % 2 === 1 }))

/** Searches to the end. */
function search(buffer: LogBuffer, wanted: string): number[] {
  const all: number[] = []
  for (let next = buffer.first; next < buffer.end; ) {
    const step = buffer.find(wanted, next)
    all.push(...step.found)
    next = step.next
  }
  return all
}

test('gives every line back as it came, packed or not', () => {
  const buffer = new LogBuffer()
  buffer.add(lines(0, 3000))
  expect(buffer.length).toBe(3000)
  expect(buffer.line(0)).toEqual({ text: 'line 0', error: false })
  expect(buffer.line(1023)).toEqual({ text: 'line 1023', error: true })
  expect(buffer.line(1024)).toEqual({ text: 'line 1024', error: false })
  expect(buffer.line(2999)).toEqual({ text: 'line 2999', error: true })
  expect(buffer.line(3000)).toBeUndefined()
  expect(buffer.tail(2)).toEqual(['line 2998', 'line 2999'])
})

test('text that is not ASCII, empty lines and half a character survive the packing', () => {
  const buffer = new LogBuffer()
  const texts = ['', 'grün', '日本語 🚀', '\ud83d', '']
  buffer.add(Array.from({ length: 2048 }, (_, at) => ({ text: texts[at % 5] ?? '', error: false })))
  expect(Array.from({ length: 3 }, (_, at) => buffer.line(at)?.text)).toEqual(['', 'grün', '日本語 🚀'])
  expect(buffer.line(2041)?.text).toBe('grün')
  expect(search(buffer, 'GRÜN')).toHaveLength(410)
})

test('lets go of the oldest lines, and numbers stay', () => {
  const buffer = new LogBuffer({ lines: 4096, bytes: 1e9 })
  buffer.add(lines(0, 10_000))
  expect(buffer.end).toBe(10_000)
  expect(buffer.length).toBeLessThanOrEqual(4096)
  expect(buffer.line(buffer.first - 1)).toBeUndefined()
  expect(buffer.line(buffer.first)?.text).toBe(`line ${buffer.first}`)
  expect(buffer.line(9_999)?.text).toBe('line 9999')
  expect(search(buffer, 'LINE 99')).toEqual(Array.from({ length: 100 }, (_, at) => 9900 + at))
})

test('keeps no more text than it may', () => {
  const buffer = new LogBuffer({ lines: 1e6, bytes: 100_000 })
  buffer.add(lines(0, 50_000))
  expect(buffer.bytes).toBeLessThanOrEqual(100_000)
  expect(buffer.line(49_999)?.text).toBe('line 49999')
})

test('a million lines are searched in steps', () => {
  const buffer = new LogBuffer()
  for (let at = 0; at < 1_000_000; at += 1000) buffer.add(lines(at, 1000))
  expect(buffer.length).toBeGreaterThan(990_000)
  expect(search(buffer, 'line 99999')).toEqual([
    99_999,
    ...Array.from({ length: 10 }, (_, at) => 999_990 + at),
  ])
})
