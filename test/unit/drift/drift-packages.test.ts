import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareApk, parseApk, parseWorld } from '../../../main/drift/apk.ts'
import {
  compareDpkg,
  editedSettings,
  parseAutomatic,
  parseSettings,
  parseStatus,
} from '../../../main/drift/dpkg.ts'
import { parsePackage } from '../../../main/drift/npm.ts'
import { comparePackages, isName, isVersion } from '../../../main/drift/package-diff.ts'
import { ADDED, CHANGED, DELETED } from '../../../main/drift/paths.ts'
import { parseRecord } from '../../../main/drift/pip.ts'
import { anyText } from '../../fuzz/any-text.ts'

const STATUS = '/var/lib/dpkg/status'
const list = (name: string) => `/var/lib/dpkg/info/${name}.list`

const paragraph = (name: string, version: string, more: { state?: string; architecture?: string } = {}) =>
  `Package: ${name}
Status: install ok ${more.state ?? 'installed'}
Priority: optional
Architecture: ${more.architecture ?? 'amd64'}
Version: ${version}
Conffiles:
 /etc/${name} 1f0e
Description: what it is for
 A longer text, with a colon: here.
 Version: not this one
`
const status = (...paragraphs: string[]) => [paragraph('dpkg', '1.21'), ...paragraphs].join('\n')

test("packages are read from dpkg's status; what dpkg only remembers is none", () => {
  const found = parseStatus(
    status(
      paragraph('tree', '2.1.0-1'),
      paragraph('gone', '1.0', { state: 'config-files' }),
      paragraph('waits', '1:2~rc+3', { state: 'triggers-pending' }),
      paragraph('libc6', '2.36'),
      paragraph('libc6', '2.36', { architecture: 'i386' }),
      paragraph('data', '7', { architecture: 'all' }),
      paragraph('wine32', '8', { architecture: 'i386' }),
    ),
  )
  expect(found.of('tree')).toEqual({ name: 'tree', version: '2.1.0-1' })
  expect(found.of('gone')).toBeUndefined()
  expect(found.of('waits')?.version).toBe('1:2~rc+3')
  expect(found.of('libc6', 'amd64')?.name).toBe('libc6')
  expect(found.of('libc6', 'i386')?.name).toBe('libc6:i386')
  expect(found.of('data')?.name).toBe('data')
  expect(found.of('wine32')?.name).toBe('wine32:i386')
})

test('what was installed, replaced and removed is described by the lists that changed, with the files of each', () => {
  const changes = [
    { path: list('tree'), kind: ADDED },
    { path: list('libdep'), kind: ADDED },
    { path: list('bash'), kind: CHANGED },
    { path: list('same'), kind: CHANGED },
    { path: list('bsdutils'), kind: DELETED },
    { path: '/etc/alternatives/view', kind: CHANGED },
    { path: '/usr/bin/view', kind: ADDED },
    { path: '/usr/bin/mine', kind: ADDED },
  ]
  const before = new Map([
    [
      STATUS,
      status(
        paragraph('bash', '5.1'),
        paragraph('same', '1'),
        paragraph('bsdutils', '2'),
        paragraph('x', '1'),
      ),
    ],
    [list('bash'), '/.\n/bin/bash\n/bin/old\n'],
    [list('same'), '/bin/same\n'],
    [list('bsdutils'), '/usr/bin/wall\n'],
  ])
  const now = new Map([
    [
      STATUS,
      status(
        paragraph('bash', '5.2'),
        paragraph('same', '1'),
        paragraph('tree', '2'),
        paragraph('libdep', '3'),
      ),
    ],
    [list('bash'), '/bin/bash\n'],
    [list('same'), '/bin/same\n'],
    [list('tree'), '/usr/bin/tree\n'],
    [list('libdep'), '/usr/lib/libdep.so\n'],
  ])
  const states =
    'Package: libdep\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: bash\nAuto-Installed: 1\n'
  const found = compareDpkg(changes, before, now, states)
  expect(found.packages).toEqual([
    { database: 'dpkg', name: 'bash', from: '5.1', to: '5.2' },
    { database: 'dpkg', name: 'bsdutils', from: '2', to: null },
    { database: 'dpkg', name: 'libdep', from: null, to: '3' },
    { database: 'dpkg', name: 'tree', from: null, to: '2' },
  ])
  // A replaced one may be the very thing that was asked for.
  expect([...found.automatic]).toEqual(['libdep'])
  expect(found.owned).toEqual(
    expect.arrayContaining([
      '/bin/bash',
      '/bin/old',
      '/usr/bin/tree',
      '/usr/bin/wall',
      '/usr/bin/view',
      list('tree'),
    ]),
  )
  expect(found.owned).not.toContain('/usr/bin/mine')
  expect(found.owned).not.toContain('/bin/same')
})

test('a package that left its settings behind is removed', () => {
  const before = new Map([[STATUS, status(paragraph('cron', '3'))]])
  const now = new Map([[STATUS, status(paragraph('cron', '3', { state: 'config-files' }))]])
  expect(compareDpkg([{ path: list('cron'), kind: CHANGED }], before, now, '').packages).toEqual([
    { database: 'dpkg', name: 'cron', from: '3', to: null },
  ])
})

test('settings are edited when their sum is not that with which they came', () => {
  const text = `Package: a
Status: install ok installed
Conffiles:
 /etc/a b 900150983cd24fb0d6963f7d28e17f72
 /etc/old 900150983cd24fb0d6963f7d28e17f72 obsolete
Description: none
`
  const shipped = parseSettings(text)
  expect([...shipped.keys()]).toEqual(['/etc/a b', '/etc/old'])
  const texts = new Map([
    ['/etc/a b', 'abc'],
    ['/etc/old', 'abcd'],
  ])
  expect([...editedSettings(shipped, texts)]).toEqual(['/etc/old'])
})

test('automatic packages are those that apt marks so', () => {
  const text =
    'Package: a\nAuto-Installed: 1\n\nPackage: b\nAuto-Installed: 0\n\nPackage: c\nAuto-Installed: 1\n'
  expect([...parseAutomatic(text)]).toEqual(['a', 'c'])
})

const APK = `C:Q1abc=
P:jq
V:1.7.1-r0
A:x86_64
F:usr
F:usr/bin
R:jq
a:0:0:755
Z:Q1x=
R:jq-other

C:Q1def=
P:oniguruma
V:6.9.9-r0
F:usr/lib
R:libonig.so.5

P:.build-deps
V:20260101.000000
`

test("packages and their files are read from apk's database, virtual ones aside", () => {
  const found = parseApk(APK)
  expect([...found.keys()]).toEqual(['jq', 'oniguruma'])
  expect(found.get('jq')).toEqual({
    version: '1.7.1-r0',
    files: ['/usr', '/usr/bin', '/usr/bin/jq', '/usr/bin/jq-other'],
  })
})

test("what apk's world does not name came along as a dependency", () => {
  const world = parseWorld('alpine-baselayout\njq=1.7.1-r0\ncurl@edge\nzsh>5\n!busybox\n')
  expect([...world]).toEqual(['alpine-baselayout', 'jq', 'curl', 'zsh'])
  const before = new Map([
    ['jq', { version: '1.6-r0', files: ['/usr/bin/jq-old'] }],
    ['musl', { version: '1', files: ['/lib/ld-musl.so'] }],
  ])
  const found = compareApk(before, parseApk(APK), world)
  expect(found.packages).toEqual([
    { database: 'apk', name: 'jq', from: '1.6-r0', to: '1.7.1-r0' },
    { database: 'apk', name: 'musl', from: '1', to: null },
    { database: 'apk', name: 'oniguruma', from: null, to: '6.9.9-r0' },
  ])
  expect([...found.automatic]).toEqual(['oniguruma'])
  expect(found.owned).toEqual(
    expect.arrayContaining(['/usr/bin/jq', '/usr/bin/jq-old', '/lib/ld-musl.so', '/etc/apk/world']),
  )
  expect(compareApk(new Map(), parseApk(APK), undefined).automatic.size).toBe(0)
})

test("npm's commands are those of the package's description", () => {
  expect(parsePackage('{"name":"@a/tool","version":"1.2.3","bin":"cli.js"}')).toEqual({
    version: '1.2.3',
    commands: ['tool'],
  })
  expect(parsePackage('{"name":"x","version":"1; reboot","bin":{"one":"1","../two":"2"}}')).toEqual({
    version: undefined,
    commands: ['one'],
  })
  for (const text of [undefined, '', '[]', 'null', '7', '{"name":7}']) {
    expect(parsePackage(text)).toBeUndefined()
  }
})

test("the files of a RECORD are found from the packages' folder, quoted or not", () => {
  const text = 'six.py,sha256=x,1\r\n../../../bin/six,sha256=y,2\n"a,""b"".py",,\n\nnonsense\n'
  expect(parseRecord(text, '/usr/local/lib/python3.11/site-packages')).toEqual([
    '/usr/local/lib/python3.11/site-packages/six.py',
    '/usr/local/bin/six',
    '/usr/local/lib/python3.11/site-packages/a,"b".py',
  ])
})

test('two sets of packages differ by exactly what turns one into the other', () => {
  const packages = fc
    .dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom<string[]>('1', '2', '3'))
    .map((found) => new Map(Object.entries(found)))
  fc.assert(
    fc.property(packages, packages, (from, to) => {
      const turned = new Map(from)
      for (const change of comparePackages('dpkg', from, to)) {
        expect(change.from).not.toBe(change.to)
        if (change.to === null) turned.delete(change.name)
        else turned.set(change.name, change.to)
      }
      expect(new Map([...turned].sort())).toEqual(new Map([...to].sort()))
    }),
  )
})

test('whatever a database says, names and versions hold nothing that a shell or a Dockerfile would obey', () => {
  const text = anyText({ maxLength: 60 })
  const line = fc.oneof(
    text,
    fc
      .tuple(fc.constantFrom('Package: ', 'Version: ', 'P:', 'V:', 'F:', 'R:'), text)
      .map((both) => both.join('')),
    fc.constant(''),
  )
  const safe = /^[\w+.:~-]+$/
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const database = lines.join('\n')
      for (const [name, { version }] of parseApk(database)) {
        expect(name).toMatch(safe)
        expect(version).toMatch(safe)
      }
      parseStatus(database)
      parseAutomatic(database)
    }),
  )
  for (const bad of [
    'a b',
    'a;b',
    '$(a)',
    'a`b`',
    'a\nb',
    '-o',
    '',
    'a"b',
    "a'b",
    'a|b',
    'a&b',
    '\u001b[31m',
  ]) {
    expect(isName(bad)).toBe(false)
    expect(isVersion(bad)).toBe(false)
  }
})
