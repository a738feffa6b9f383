import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupFiles } from '../../../main/drift/group-files.ts'
import { ADDED, CHANGED, countDrift, DELETED, driftedPaths } from '../../../main/drift/paths.ts'
import { suggestChange } from '../../../main/drift/suggest-change.ts'
import type { PackageChange } from '../../../shared/drift.ts'
import { sanitize } from '../../../shared/sanitize.ts'
import { anyText } from '../../fuzz/any-text.ts'

const added = (...paths: string[]) => paths.map((path) => ({ path, kind: ADDED }))
const many = (folder: string, count: number) => Array.from({ length: count }, (_, i) => `${folder}/f${i}`)

test('settings are the files of /etc and the hidden ones of home folders; the rest are other files', () => {
  const changes = [
    { path: '/etc/profile', kind: CHANGED },
    { path: '/etc/motd', kind: DELETED },
    ...added(
      '/root/.bashrc',
      '/home/dev/.config/tool/rc',
      '/home/dev/notes',
      '/home/dev/.nvm/nvm.sh',
      '/opt/x',
    ),
  ]
  expect(groupFiles(changes, [])).toEqual({
    configuration: [
      { path: '/etc/motd', kind: 'deleted' },
      { path: '/etc/profile', kind: 'changed' },
      { path: '/home/dev/.config/tool/rc', kind: 'added' },
      { path: '/root/.bashrc', kind: 'added' },
    ],
    files: [
      { path: '/home/dev/.nvm/nvm.sh', kind: 'added' },
      { path: '/home/dev/notes', kind: 'added' },
      { path: '/opt/x', kind: 'added' },
    ],
  })
})

test('a big folder that was added is one entry with the count of its files, at the deepest place that holds them all', () => {
  const big = [
    '/opt',
    '/opt/big',
    '/opt/big/a',
    ...many('/opt/big/a', 150),
    '/opt/big/b',
    ...many('/opt/big/b', 150),
  ]
  const small = ['/srv', '/srv/small', ...many('/srv/small', 3)]
  expect(groupFiles(added(...big, ...small, '/empty'), []).files).toEqual([
    { path: '/empty', kind: 'added' },
    { path: '/opt/big', kind: 'added', count: 300 },
    { path: '/srv/small/f0', kind: 'added' },
    { path: '/srv/small/f1', kind: 'added' },
    { path: '/srv/small/f2', kind: 'added' },
  ])
})

test('what packages brought or took is not listed again, under whichever of its names', () => {
  const changes = [
    ...added('/usr/bin/tree', '/usr/share/doc/tree', '/usr/share/doc/tree/copyright', '/usr/share/mine'),
    { path: '/usr/share/doc/gone', kind: DELETED },
  ]
  const owned = [
    '/.',
    '/bin/tree',
    '/usr/share/doc/tree',
    '/usr/share/doc/tree/copyright',
    '/usr/share/doc/gone/copyright',
  ]
  expect(groupFiles(changes, owned)).toEqual({
    configuration: [],
    files: [{ path: '/usr/share/mine', kind: 'added' }],
  })
})

test('no drifted file is lost and none is reported twice', () => {
  const name = fc.constantFrom('a', 'b', 'etc', 'root', '.c')
  const file = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(fc.uniqueArray(file, { maxLength: 60 }), (paths) => {
      // As the engine lists them: with every folder above.
      const all = new Set(paths.flatMap((path) => above(path)))
      const drifted = driftedPaths(added(...all))
      const leaves = drifted.filter(({ path }) => !drifted.some((one) => one.path.startsWith(`${path}/`)))
      const { configuration, files } = groupFiles(drifted, [])
      const told = [...configuration, ...files]
      expect(told.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(leaves.length)
      expect(countDrift(added(...all))).toBe(leaves.length)
      expect(told.length === 0).toBe(drifted.length === 0)
    }),
  )
})

const above = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((_, i, parts) => `/${parts.slice(0, i + 1).join('/')}`)

const change = (
  database: PackageChange['database'],
  name: string,
  from: string | null,
  to: string | null,
) => ({
  database,
  name,
  from,
  to,
})
const suggest = (packages: PackageChange[], automatic: string[] = []) =>
  suggestChange({ packages, configuration: [], files: [] }, (one) => automatic.includes(one.name))

test('packages become one pinned instruction for each database, without those that come along', () => {
  expect(
    suggest(
      [
        change('dpkg', 'a', null, '1.2'),
        change('dpkg', 'b', '3.3', '3.4'),
        change('dpkg', 'libdep', null, '5'),
        change('dpkg', 'gone', '1', null),
        change('apk', 'jq', null, '1.7.1-r0'),
        change('npm', '@a/tool', null, '2.0.0'),
        change('pip', 'six', null, '1.16.0'),
        change('pip', 'old', '1', null),
      ],
      ['libdep'],
    ),
  ).toEqual([
    'RUN apt-get update && apt-get install -y --no-install-recommends a=1.2 b=3.4 && rm -rf /var/lib/apt/lists/*',
    'RUN apt-get purge -y gone',
    'RUN apk add --no-cache jq=1.7.1-r0',
    'RUN pip install --no-cache-dir six==1.16.0',
    'RUN pip uninstall -y old',
    'RUN npm install -g @a/tool@2.0.0',
  ])
  expect(suggest([])).toEqual([])
})

test('files are named in a comment that no name can leave', () => {
  const lines = suggestChange(
    {
      packages: [],
      configuration: [{ path: '/etc/a\nRUN reboot', kind: 'added' }],
      files: [
        { path: '/opt/\u001b]52;c;x\u0007\u202eb', kind: 'changed' },
        { path: '/opt/gone', kind: 'deleted' },
      ],
    },
    () => false,
  )
  expect(lines).toEqual([
    '# Add these files to the repository, and a COPY for each: /etc/a RUN reboot, /opt/]52;c;xb',
    '# Delete these with RUN rm: /opt/gone',
  ])
})

test('a comment names only the first of many paths', () => {
  const files = many('/opt', 25).map((path) => ({ path, kind: 'changed' }) as const)
  const [line] = suggestChange({ packages: [], configuration: [], files }, () => false)
  expect(line).toMatch(/\/opt\/f19 and 5 more$/)
})

test('cleaned text is one line that a terminal only shows', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(sanitize(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
    }),
  )
  expect(sanitize('/opt/große Datei')).toBe('/opt/große Datei')
})
