// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of a Compose file looks like this
import { describe, expect, test } from 'vitest'
import { newNotes } from '../../../main/definition/compose/variables/notes.ts'
import { parseDotenv, parseRawEnv } from '../../../main/definition/compose/variables/parse-dotenv.ts'
import { Scope } from '../../../main/definition/compose/variables/scope.ts'
import type { Place, Source } from '../../../main/definition/compose/yaml/node.ts'
import { expectError } from '../definition/project.ts'

const SOURCE: Source = { file: 'app.env', base: '.' }
const PLACE: Place = { source: SOURCE, line: 3, column: 5 }
const scope = (computer: Record<string, string> = {}, project: Record<string, string> = {}) =>
  new Scope({ notes: newNotes(), computer, project: new Map(Object.entries(project)), files: ['.env'] })

describe('the variables of a text', () => {
  const env = { A: 'a', B: 'b c', EMPTY: '', _x1: 'under' }
  test.each([
    ['plain', 'plain'],
    ['$A', 'a'],
    ['${A}', 'a'],
    ['x${A}y', 'xay'],
    ['$A$B', 'ab c'],
    ['$_x1.', 'under.'],
    ['$A-b', 'a-b'],
    ['${NONE:-d}', 'd'],
    ['${NONE-d}', 'd'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${A:-d}', 'a'],
    ['${A:+d}', 'd'],
    ['${EMPTY:+d}', ''],
    ['${EMPTY+d}', 'd'],
    ['${NONE:+d}', ''],
    ['${NONE+d}', ''],
    ['${A:?words}', 'a'],
    ['${EMPTY?words}', ''],
    ['${NONE:-${A}}', 'a'],
    ['${NONE:-${NONE2:-${B}}!}', 'b c!'],
    ['${A:-${NONE:?not needed}}', 'a'],
    ['${NONE:-a:b-c?d+e}', 'a:b-c?d+e'],
    ['${NONE:-{"a":{"b":1}}}', '{"a":{"b":1}}'],
    ['${NONE:-$$A}', '$A'],
    ['${NONE:-}', ''],
    ['$$A', '$A'],
    ['$$$A', '$a'],
    ['$$$$', '$$'],
    ['$${A}', '${A}'],
    ['a$', 'a$'],
    ['$1 $. $-', '$1 $. $-'],
    ['$a', ''],
  ])('%s is %s', (text, expected) => expect(scope(env).text(text, PLACE).value).toBe(expected))

  test('what has none has no template', () => {
    expect(scope().text('a$$b', PLACE)).toEqual({ value: 'a$b' })
    expect(scope(env).text('a$A', PLACE)).toEqual({ value: 'aa', template: 'a$A' })
  })

  test.each(['${', '${}', '${A', '${A b}', '${1}', '${A/b/c}', '${A:x}', '${ A}', 'a${-b}'])(
    '%s is none',
    (text) =>
      expectError(() => scope(env).text(text, PLACE), 'definition-invalid', {
        file: 'app.env',
        line: 3,
        column: 5,
      }),
  )

  test.each([
    ['${NONE:?say which}', 'say which'],
    ['${EMPTY:?say which}', 'say which'],
    ['${NONE?}', ''],
    ['${NONE:?}', ''],
    ['${NONE:?give $A}', 'give a'],
  ])('%s is refused with its words', (text, words) =>
    expectError(() => scope(env).text(text, PLACE), 'variable-missing', {
      file: 'app.env',
      line: 3,
      column: 5,
      name: text.slice(2).split(/[:?]/)[0],
      words,
      files: ['.env'],
    }),
  )

  test.each([
    ['variables in variables in variables', `${'${A:-'.repeat(30)}x${'}'.repeat(30)}`, /nested too deep/],
    ['a value that grows', '$L'.repeat(20), /1 MiB/],
    ['a value that no memory holds', '$L'.repeat(20_000), /1 MiB/],
  ])('%s is too much', (_, text, problem) =>
    expectError(() => scope({ L: 'x'.repeat(100_000) }).text(text, PLACE), 'definition-invalid', {
      problem: expect.stringMatching(problem),
    }),
  )

  test('many values that grow are too much', () => {
    const wide = scope({ L: 'x'.repeat(100_000) })
    const all = () => Array.from({ length: 50 }, () => wide.text('$L', PLACE))
    return expectError(all, 'definition-invalid', { problem: expect.stringMatching(/4 MiB/) })
  })
})

test('a value of this computer counts more than one of the project, and each mention is noted', () => {
  const both = scope({ A: 'computer' }, { A: 'project', B: 'project' })
  expect(both.text('$A $B ${C:-$D} $E', PLACE).value).toBe('computer project  ')
  expect([...both.notes.mentions.values()].map(({ name, from }) => [name, from])).toEqual([
    ['A', 'computer'],
    ['B', 'project'],
    ['C', 'nobody'],
    ['D', 'nobody'],
    ['E', 'nobody'],
  ])
  expect([...both.notes.unset.keys()]).toEqual(['D', 'E'])
})

describe('a text that decides what a version is', () => {
  const both = new Scope({
    notes: newNotes(),
    computer: { TAG: 'computer', SECRET: 'hunter2' },
    own: { PWD: '/project', COMPOSE_PROJECT_NAME: 'clone' },
    project: new Map([['TAG', 'project']]),
    fixed: new Map([['TAG', { value: 'project' }]]),
    files: ['.env'],
  })

  test.each([
    ['$TAG', 'text', 'project'],
    ['a${SECRET}', 'text', 'a'],
    ['${SECRET:-plain}', 'text', 'plain'],
    ['$PWD', 'text', ''],
    ['$PWD/a', 'path', '/project/a'],
    ['$COMPOSE_PROJECT_NAME', 'path', ''],
    ['$$TAG', 'text', '$TAG'],
  ] as const)('%s as a %s is %s', (text, use, value) =>
    expect(both.fixedText(text, PLACE, use).value).toBe(value),
  )

  test('names the variables of this computer that would change it', () => {
    const { notes } = both
    expect([...notes.notCounted.keys()]).toEqual(['TAG', 'SECRET'])
    expect([...notes.mentions.values()].map(({ name, from }) => `${name}: ${from}`)).toEqual([
      'TAG: project',
      'SECRET: nobody',
    ])
    both.lookUp('SECRET', PLACE)
    expect(notes.mentions.get('SECRET')?.from).toBe('computer')
  })

  test('is missing what only this computer has', () =>
    expectError(() => both.fixedText('${SECRET:?which}', PLACE, 'text'), 'variable-missing', {
      name: 'SECRET',
      words: 'which',
      fixed: true,
      files: ['.env'],
    }))
})

test('what an object inherits is no variable', () => {
  expect(scope().text('${constructor:-d} ${__proto__:-e}', PLACE).value).toBe('d e')
})

describe('an env file', () => {
  const parse = (text: string, env: Record<string, string> = {}, own: Record<string, string> = {}) =>
    Object.fromEntries(parseDotenv(SOURCE, text, scope(env), (name) => own[name]))

  test.each<[string, string, Record<string, string>]>([
    ['plain', 'A=b', { A: 'b' }],
    ['the last counts', 'A=b\nA=c\n', { A: 'c' }],
    ['CRLF', 'A=b\r\nB=c\r\n', { A: 'b', B: 'c' }],
    ['blanks', '  A = b c  \n', { A: 'b c' }],
    ['a colon', 'A: b\n', { A: 'b' }],
    ['export', 'export A=b\nexport\tB=c\n', { A: 'b', B: 'c' }],
    ['nothing', 'A=\nB=""\nC=\'\'\n', { A: '', B: '', C: '' }],
    ['a remark', '# x\nA=b # c\nB=b#c\nC="b" # c\nD= # c\n', { A: 'b', B: 'b#c', C: 'b', D: '# c' }],
    ['a hash in quotes', 'A="b # c"\nB=\'b # c\'\n', { A: 'b # c', B: 'b # c' }],
    ['more equals', 'A=b=c\n', { A: 'b=c' }],
    ['single quotes are literal', "A='$B \\n \"'\n", { A: '$B \\n "' }],
    ['a quote in quotes', 'A=\'it\\\'s\'\nB="{\\"a\\": 1}"\n', { A: "it's", B: '{"a": 1}' }],
    ['escapes', 'A="a\\tb\\nc\\\\d\\$e\\x\\0101"\n', { A: 'a\tb\nc\\d$e\\xA' }],
    ['no escapes without quotes', 'A=a\\tb\n', { A: 'a\\tb' }],
    ['lines', 'A="b\nc\nd"\nB=e\n', { A: 'b\nc\nd', B: 'e' }],
    ['a variable of above', 'A=b\nB=$A-${A}-"${A}"\n', { A: 'b', B: 'b-b-"b"' }],
    ['dollars', 'A=$$b\nB="$$c"\n', { A: '$b', B: '$c' }],
    ['names', 'a.b-c_d[0]=x\n', { 'a.b-c_d[0]': 'x' }],
    ['a name alone that is not set', 'A\nB=c\n', { B: 'c' }],
    ['no line end', 'A=b\nB', { A: 'b' }],
  ])('%s', (_, text, expected) => expect(parse(text)).toEqual(expected))

  test('takes what it names from the computer first, then from the service, then from above', () => {
    expect(parse('A=file\nX=$A $B $C\nNAME\n', { A: 'computer', NAME: 'n' }, { B: 'service' })).toEqual({
      A: 'file',
      X: 'computer service ',
      NAME: 'n',
    })
  })

  test.each<[string, string, object, RegExp]>([
    ['a name with a blank', 'A=b\nB C=d\n', { line: 2, column: 1 }, /does not begin with the name/],
    ['a name with a sign', '\n\nA*=b\n', { line: 3, column: 1 }, /does not begin with the name/],
    ['no name', '=b\n', { line: 1 }, /does not begin with the name/],
    ['a quote without an end', 'A=b\nB="c\nd\n', { line: 2, column: 3 }, /no closing quote/],
    ['text after a quote', 'A="b"c\n', { line: 1, column: 6 }, /nothing after the closing quote/],
    ['a variable that is none', 'A=${b\n', { line: 1, column: 1 }, /no end/],
    ['a value with the character of number 0', 'A=b\nB="\\0000"\n', { line: 2 }, /number 0/],
    ['a name of all objects', 'A=b\n__proto__=c\n', { line: 2 }, /"__proto__" is not a name/],
  ])('refuses %s', (_, text, place, problem) =>
    expectError(() => parse(text), 'definition-invalid', {
      file: 'app.env',
      problem: expect.stringMatching(problem),
      ...place,
    }),
  )

  test('says which variable it needs', () =>
    expectError(() => parse('A=${B:?give it}\n'), 'variable-missing', {
      name: 'B',
      words: 'give it',
      line: 1,
    }))

  test('a million open quotes take no time', () => {
    expect(() => parse(`A=${'"'.repeat(1)}${'x\\'.repeat(500_000)}`)).toThrow()
    expect(parse('#\n'.repeat(300_000))).toEqual({})
  })
})

describe('a raw env file', () => {
  const parse = (text: string, env = {}) => Object.fromEntries(parseRawEnv(SOURCE, text, scope(env)))

  test('has its values as they are', () => {
    const text = 'A="$B" # c\r\n  C=d  \n#E=f\n\nNAME\nNONE\n'
    expect(parse(text, { NAME: 'n' })).toEqual({ A: '"$B" # c', C: 'd  ', NAME: 'n' })
  })

  test('refuses a name of all objects', () =>
    expectError(() => parse('A=b\n__proto__=c\n'), 'definition-invalid', { line: 2 }))

  test('refuses a line without a name', () =>
    expectError(() => parse('A=b\n =c\n'), 'definition-invalid', { file: 'app.env', line: 2, column: 2 }))
})
