import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isProductError } from '../../../shared/errors.ts'
import { CASES } from './cases.ts'
import { filesIn } from './reading.ts'
import { read } from './stack-of.ts'

/** Texts that mean something to YAML, to variables or to a short form. */
const STRANGE = [
  ...[
    '!reset ',
    '!override ',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '? ',
    '- ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|\n',
    '#',
  ],
  ...[
    '${',
    '}',
    '$$',
    ':-',
    ':?',
    '~',
    'null',
    'true',
    '0',
    '-1',
    '1e9',
    '0777',
    '\0',
    '\ud800',
    '\r\n',
    '\t',
    '  ',
  ],
  ...[
    '../..',
    '/',
    '~/',
    'C:\\',
    '::',
    ':',
    '=',
    ',',
    'x-a: ',
    '__proto__: ',
    'constructor: ',
    'services: ',
    'extends: app\n',
  ],
]

const all = CASES.map(({ path }) => filesIn(path))
const isCompose = (file: string) => /\.ya?ml$/.test(file)
const texts = all.flatMap((files) =>
  Object.entries(files)
    .filter(([file]) => isCompose(file))
    .map(([, text]) => text),
)
/** The env files and the like, which all cases share here. */
const others = Object.fromEntries(
  all.flatMap((files) => Object.entries(files).filter(([file]) => !isCompose(file))),
)
const lines = texts.flatMap((text) => text.split('\n'))
const indentOf = (line: string) => line.length - line.trimStart().length

type Edit = (text: string) => string
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

/** Some characters give way to something strange. */
const strangeEdit: fc.Arbitrary<Edit> = fc
  .tuple(place, fc.nat(6), fc.oneof(fc.constantFrom(...STRANGE), fc.string({ maxLength: 5 })))
  .map(([at, length, put]) => (text) => {
    const from = Math.floor(at * text.length)
    return text.slice(0, from) + put + text.slice(from + length)
  })

/** A line is added, of another text, as deep as the line after which it stands. */
const lineEdit: fc.Arbitrary<Edit> = fc.tuple(place, place).map(([at, other]) => (text) => {
  const own = text.split('\n')
  const index = Math.floor(at * own.length)
  const fitting = lines.filter((line) => indentOf(line) === indentOf(own[index] ?? ''))
  return own.toSpliced(index + 1, 0, fitting[Math.floor(other * fitting.length)] ?? '').join('\n')
})

/** A value becomes another one. */
const valueEdit: fc.Arbitrary<Edit> = fc
  .tuple(place, fc.constantFrom(...STRANGE))
  .map(([at, put]) => (text) => {
    const values = [...text.matchAll(/(?<=: |- )\S.*$/gm)]
    const match = values[Math.floor(at * values.length)]
    return match ? text.slice(0, match.index) + put + text.slice(match.index + match[0].length) : text
  })

const edit = fc.oneof(strangeEdit, lineEdit, valueEdit)
/** A text that is slightly broken, or is none of the kind any more. */
const broken = fc
  .tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 3 }))
  .map(([text, edits]) => edits.reduce((before, change) => change(before), text))

test('no text crashes the reading: each is a stack, or an error with a place', () => {
  let stacks = 0
  fc.assert(
    fc.property(broken, broken, fc.boolean(), (one, two, both) => {
      try {
        const files = { ...others, 'compose.yaml': one, 'b.yaml': two }
        const { stack, record } = read(files, { use: both ? ['compose.yaml', 'b.yaml'] : ['compose.yaml'] })
        expect(JSON.parse(JSON.stringify(record))).toEqual(record)
        expect(Object.keys(stack.services).length).toBeGreaterThan(0)
        stacks += 1
      } catch (error) {
        if (!isProductError(error)) throw error
        expect(error.code).toMatch(/^(?:definition-invalid|definition-unsupported|variable-missing)$/)
        expect(error.data['file']).toEqual(expect.any(String))
        expect(error.data['line'] ?? 1).toBeGreaterThan(0)
        expect(`${error.why} ${error.message}`).not.toMatch(/undefined|\[object|NaN/)
      }
    }),
    { seed: 1, numRuns: 1000 },
  )
  expect(stacks).toBeGreaterThan(100)
})
