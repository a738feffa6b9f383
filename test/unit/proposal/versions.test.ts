import { expect, test } from 'vitest'
import { chooseVersion, LANGUAGES, type VersionSource } from '../../../main/proposal/draft/choose-release.ts'
import { type Dialect, readRange } from '../../../main/proposal/draft/version-ranges.ts'

const range = (text: string, dialect: Dialect = 'npm'): VersionSource => ({ from: 'f', text, dialect })
const exactly = (text: string): VersionSource => ({ from: 'f', text })

test.each<[keyof typeof LANGUAGES, VersionSource[], string]>([
  // What a file names is taken as it is.
  ['node', [exactly('v20.11.1')], '20.11.1'],
  ['node', [exactly('18')], '18'],
  ['python', [exactly('3.9.2'), range('>=3.12', 'pep440')], '3.9.2'],
  // Of a range: the preferred line, else the newest maintained one, else the lowest.
  ['node', [range('>=18')], '24'],
  ['node', [range('*')], '24'],
  ['node', [range('^22.3.0')], '22'],
  ['node', [range('^20')], '20'],
  ['node', [range('18 || 20')], '18'],
  ['node', [range('>=26')], '26'],
  ['node', [range('>=30.1')], '30'],
  ['node', [range('<24.3')], '22'],
  ['node', [range('~20.11.0')], '20.11'],
  ['node', [range('20.11.0 - 20.11.5')], '20.11.0'],
  ['python', [range('>=3.9,<4.0', 'pep440')], '3.13'],
  ['python', [range('~=3.11.2', 'pep440')], '3.11'],
  ['python', [range('==3.12.*', 'pep440')], '3.12'],
  ['python', [range('>=3.8,!=3.9.0,<3.11', 'pep440')], '3.8'],
  ['ruby', [range('~> 3.3.0', 'gem')], '3.3'],
  ['ruby', [range('~> 3.2', 'gem')], '3.4'],
  ['php', [range('^8.1', 'composer')], '8.4'],
  ['php', [range('~8.2.0 | ~8.3.0', 'composer')], '8.3'],
  ['php', [range('>= 7.4 < 8.1', 'composer')], '7.4'],
  ['go', [range('>=1.22')], '1.26'],
  ['go', [range('>=1.30.1')], '1.30'],
  // Where nothing is said that is understood.
  ['java', [], '21'],
  ['node', [exactly('eighteen'), range('not a range')], '24'],
  ['node', [exactly('24; rm -rf /')], '24'],
  ['node', [exactly('24\nRUN evil')], '24'],
  ['node', [range('>5 <3')], '24'],
])('%s %j is %s', (language, said, version) => {
  expect(chooseVersion(LANGUAGES[language], said).version).toBe(version)
})

test('what is not understood, not kept to, or no longer maintained is reported', () => {
  const { version, reason, warnings } = chooseVersion(LANGUAGES.node, [
    exactly('sixteen'),
    { from: '.nvmrc', text: '16' },
    { from: 'package.json', text: '>=18', dialect: 'npm' },
  ])
  expect([version, reason]).toEqual(['16', '.nvmrc asks for Node.js 16.'])
  expect(warnings).toEqual([
    'f asks for Node.js "sixteen", which is not understood.',
    'Node.js 16 is no longer maintained by those who made it.',
    'package.json asks for Node.js ">=18", which 16 is not.',
  ])
})

test('every preferred release is a maintained one', () => {
  for (const { preferred, maintained } of Object.values(LANGUAGES)) expect(maintained).toContain(preferred)
})

test.each<[string, Dialect, string | undefined]>([
  ['>=1.2', 'npm', '>=1.2.0'],
  ['~=2.2', 'pep440', '>=2.2.0 <3.0.0-0'],
  ['~> 2.2.3', 'gem', '>=2.2.3 <2.3.0-0'],
  ['~8.2', 'composer', '>=8.2.0 <9.0.0-0'],
  ['8.1 - 8.3', 'composer', '>=8.1.0 <8.4.0-0'],
  ['', 'npm', undefined],
  ['>='.repeat(2000), 'npm', undefined],
  ['1 '.repeat(49), 'npm', expect.any(String) as unknown as string],
])('%s as %s is %s', (text, dialect, expected) => {
  expect(readRange(text, dialect)).toEqual(expected)
})
