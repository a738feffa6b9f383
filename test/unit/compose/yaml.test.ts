import { describe, expect, test } from 'vitest'
import type { Node, Source } from '../../../main/definition/compose/yaml/node.ts'
import { parseYaml } from '../../../main/definition/compose/yaml/parse-yaml.ts'
import { numberText, plainScalar } from '../../../main/definition/compose/yaml/plain-scalar.ts'
import { expectError } from '../definition/project.ts'

const SOURCE: Source = { file: 'compose.yaml', base: '.' }
const parse = (text: string): Node[] => parseYaml(SOURCE, text)

/** A value without places. */
function plain(node: Node | undefined): unknown {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plain)
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]))
}
const value = (text: string) => plain(parse(text)[0])

describe('a text without quotes', () => {
  test.each<[string, unknown]>([
    ['', null],
    ['~', null],
    ['NULL', null],
    ['true', true],
    ['FALSE', false],
    ['yes', 'yes'],
    ['on', 'on'],
    ['42', 42],
    ['-7', -7],
    ['+7', 7],
    ['0440', 0o440],
    ['0o440', 0o440],
    ['0xff', 255],
    ['0b101', 5],
    ['1_000', 1000],
    ['08', 8],
    ['1.50', 1.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1e999', '1e999'],
    ['-1e999', '-1e999'],
    ['22:22', '22:22'],
    ['1.2.3', '1.2.3'],
    ['2024-01-01', '2024-01-01'],
    ['-', '-'],
    ['0x', '0x'],
    ['99999999999999999999', '99999999999999999999'],
  ])('%j is %j', (text, expected) => expect(plainScalar(text)).toBe(expected))

  test.each([
    [42, '42'],
    [1.5, '1.5'],
    [1.1, '1.1'],
    [0.00001, '1e-05'],
    [1234567.5, '1.2345675e+06'],
    [-0.25, '-0.25'],
    [0, '0'],
  ])('the number %j is written as %s', (number, text) => expect(numberText(number)).toBe(text))
})

describe('aliases and merge keys', () => {
  test('are followed, and what stands beside a merge counts before it', () => {
    const text = 'a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3, z: 4}\nd: {<<: [*a, {x: 9, w: 5}]}\n'
    expect(value(text)).toEqual({
      a: { x: 1, y: 2 },
      b: { x: 1, y: 2 },
      c: { x: 1, y: 3, z: 4 },
      d: { x: 1, y: 2, w: 5 },
    })
  })

  test('an anchor that is there again counts from there on', () => {
    expect(value('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })

  test('a key may be an alias', () => expect(value('a: &k name\n*k : 1\n')).toEqual({ a: 'name', name: 1 }))

  test('"<<" in quotes is a key', () => expect(value('"<<": 1\n')).toEqual({ '<<': 1 }))
})

describe('tags', () => {
  test('!reset and !override are kept, and a list loses what is reset in it', () => {
    const [node] = parse('a: !reset null\nb: !override [1]\nc: [1, !reset 2, 3]\n')
    const tagOf = (key: string) => (node?.kind === 'map' ? node.entries.get(key)?.value.tag : undefined)
    expect([tagOf('a'), tagOf('b'), tagOf('c')]).toEqual(['reset', 'override', undefined])
    expect(plain(node)).toEqual({ a: null, b: [1], c: [1, 3] })
  })

  test('!!str makes a text', () => expect(value('a: !!str 80\nb: ! 80\n')).toEqual({ a: '80', b: '80' }))
})

test('each value has its place', () => {
  const [node] = parse('# remark\nservices:\n  app:\n    image: busybox\n')
  const services = node?.kind === 'map' ? node.entries.get('services') : undefined
  const app = services?.value.kind === 'map' ? services.value.entries.get('app') : undefined
  const image = app?.value.kind === 'map' ? app.value.entries.get('image') : undefined
  expect([services?.place, app?.place, image?.place, image?.value.place]).toMatchObject([
    { line: 2, column: 1 },
    { line: 3, column: 3 },
    { line: 4, column: 5 },
    { line: 4, column: 12 },
  ])
})

test('a text of several documents is each of them; an empty one is none', () => {
  expect(parse('a: 1\n---\nb: 2\n').map(plain)).toEqual([{ a: 1 }, { b: 2 }])
  expect(parse('')).toEqual([])
  expect(parse('# nothing\n')).toEqual([])
})

describe('what is refused, with its place', () => {
  test.each<[string, string, object, RegExp]>([
    [
      'a key that is there twice',
      'a: 1\nb: 2\na: 3\n',
      { line: 3, column: 1 },
      /"a" is there already, in line 1/,
    ],
    ['a number as a key', 'a:\n  80: 1\n', { line: 2, column: 3 }, /the key 80 must be a text/],
    ['true as a key', 'true: 1\n', { line: 1, column: 1 }, /the key true must be a text/],
    ['a list as a key', '? [a]\n: 1\n', { line: 1 }, /a key must be a text/],
    ['__proto__', '__proto__: 1\n', { line: 1, column: 1 }, /__proto__/],
    ['an alias of nothing', 'a: *b\n', { line: 1, column: 4 }, /there is no anchor "&b"/],
    ['a value that contains itself', 'a: &a [*a]\n', { line: 1, column: 8 }, /contains itself/],
    ['a merge of a text', 'a: {<<: b}\n', { line: 1 }, /must name a mapping/],
    ['an unknown tag', 'a: !!binary aGk=\n', { line: 1 }, /unknown tag/],
    ['a tag of a language', 'a: !python/object:os.system {}\n', { line: 1 }, /unknown tag/],
    ['a tab before a key', 'a:\n\tb: 1\n', { line: 2 }, /not YAML/],
    ['a mapping in a text', 'a: b: c\n', { line: 1, column: 4 }, /not YAML/],
    ['a quote without an end', 'a: "b\n', { line: expect.any(Number) }, /not YAML/],
    ['the character 0', 'a: "\\0"\n', { line: 1, column: 4 }, /number 0/],
    ['half of a surrogate pair', 'a: "\\ud800"\n', { line: 1, column: 4 }, /surrogate/],
  ])('%s', (_, text, place, problem) =>
    expectError(() => parse(text), 'definition-invalid', {
      file: 'compose.yaml',
      problem: expect.stringMatching(problem),
      ...place,
    }),
  )
})

/** Each of them would take minutes, or the whole memory. */
describe('what is too much', () => {
  const letters = 'abcdefghij'.split('')
  const bomb = letters
    .map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? 'x' : `*${letters[i - 1]}`)
          .join(', ')}]`,
    )
    .join('\n')
  test.each<[string, string, RegExp]>([
    ['aliases of aliases', bomb, /values in a file/],
    ['merges of merges', merges(), /values in a file/],
    ['open brackets', '['.repeat(500_000), /levels of nesting/],
    ['open braces', '{a: '.repeat(100_000), /levels of nesting/],
    ['lists in lists', '- '.repeat(300_000), /levels of nesting/],
    ['keys in keys', '? '.repeat(100_000), /levels of nesting/],
    [
      'levels of indentation',
      Array.from({ length: 1200 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /levels/,
    ],
    ['lines', 'a: 1\n'.repeat(100_000), /longer than any/],
    ['documents', '---\n'.repeat(150_000), /longer than any/],
  ])('%s', (_, text, problem) =>
    expectError(() => parse(text), 'definition-invalid', { problem: expect.stringMatching(problem) }),
  )

  /** Two mappings in each step: twice the keys, with no value that is repeated. */
  function merges(): string {
    const first = `m0: &m0 {${Array.from({ length: 900 }, (_, i) => `k${i}: 1`).join(', ')}}\n`
    return first + Array.from({ length: 200 }, (_, i) => `n${i}: {<<: *m0}`).join('\n')
  }
})
