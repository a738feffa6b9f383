import { expect, test } from 'vitest'
import {
  describeChange,
  describeFeature,
  describeOrigin,
  describePorts,
  describeReasons,
} from '../../../app/cli/wording.ts'
import type { ChangeDetail, InputChange } from '../../../shared/change.ts'

const [old, now] = ['5'.repeat(64), '9'.repeat(64)]
const quiet = { verbose: false }
const file = (detail?: ChangeDetail, input = 'package-lock.json'): InputChange => ({
  input,
  from: old,
  to: now,
  kind: 'file',
  ...(detail && { detail }),
})
const packages = (count: number, ...named: [string, string | null, string | null][]): ChangeDetail => ({
  kind: 'packages',
  packages: named.map(([name, from, to]) => ({ name, from, to })),
  count,
})
const lines = (count: number, ...said: [number | null, string | null, string | null][]): ChangeDetail => ({
  kind: 'lines',
  lines: said.map(([line, from, to]) => ({ line, from, to })),
  count,
})
const dockerfile = (detail: ChangeDetail): InputChange => ({
  ...file(detail, 'Dockerfile'),
  kind: 'dockerfile',
})
const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const pin: InputChange = { input: 'node:24', from: digest('1'), to: digest('2'), kind: 'pin' }
const argument = (from: string | null, to: string | null): InputChange => ({
  input: 'build argument REGISTRY',
  from,
  to,
  kind: 'argument',
})

test.each<[InputChange, string]>([
  [file(packages(1, ['nanoid', '5.1.6', '5.1.5'])), 'nanoid 5.1.6 -> 5.1.5 (package-lock.json)'],
  [file(packages(1, ['nanoid', null, '5.1.5'])), 'nanoid 5.1.5 added (package-lock.json)'],
  [file(packages(1, ['nanoid', '5.1.6', null])), 'nanoid 5.1.6 removed (package-lock.json)'],
  [file(packages(1, ['nanoid', '5.1.6', '5.1.6'])), 'nanoid 5.1.6 has another checksum (package-lock.json)'],
  [file(packages(1, ['-r base.txt', null, ''])), '-r base.txt added (package-lock.json)'],
  [
    file(packages(3, ['a', '1', '2'], ['b', null, '1'], ['c', '1', null])),
    '3 packages changed (package-lock.json): a 1 -> 2, b 1 added, c 1 removed',
  ],
  [
    file(packages(40, ['a', '1', '2'], ['b', '1', '2'], ['c', '1', '2'], ['d', '1', '2'])),
    '40 packages changed (package-lock.json): a 1 -> 2, b 1 -> 2, c 1 -> 2 and 37 more',
  ],
  [file(), 'package-lock.json changed'],
  [{ ...file(), from: null }, 'package-lock.json added'],
  [{ ...file(), to: null }, 'package-lock.json removed'],
  [{ ...file(undefined, 'run.sh'), to: `${old} (executable)` }, 'run.sh changed (now executable)'],
  [{ ...file(undefined, 'run.sh'), from: `${now} (executable)` }, 'run.sh changed (no longer executable)'],
  [{ ...file(undefined, 'link'), from: '-> a', to: '-> b' }, 'link changed (-> a -> -> b)'],
  [dockerfile(lines(1, [4, 'RUN a', 'RUN b'])), 'Dockerfile line 4 (RUN b)'],
  [
    dockerfile(lines(1, [4, `RUN ${'a'.repeat(80)}`, `RUN ${'a'.repeat(80)} && make`])),
    `Dockerfile line 4 (…${'a'.repeat(20)} && make)`,
  ],
  [dockerfile(lines(1, [null, 'RUN a', 'RUN b'])), 'Dockerfile: RUN a -> RUN b'],
  [dockerfile(lines(1, [null, null, 'RUN b'])), 'Dockerfile: added RUN b'],
  [dockerfile(lines(1, [null, 'RUN a', null])), 'Dockerfile: removed RUN a'],
  [
    dockerfile(lines(4, [4, null, 'x'], [7, null, 'x'], [8, null, 'x'], [9, null, 'x'])),
    'Dockerfile lines 4, 7-9',
  ],
  [dockerfile(lines(3, [4, 'a', 'b'], [null, 'c', null], [null, 'd', null])), 'Dockerfile line 4 and 2 more'],
  [dockerfile(lines(2, [null, 'a', 'b'], [null, 'c', null])), 'Dockerfile: 2 lines changed'],
  [pin, 'node:24 moved (1111 -> 2222)'],
  [{ ...pin, detail: { kind: 'moved', from: '24.1.0', to: '24.2.0' } }, 'node:24 moved (24.1.0 -> 24.2.0)'],
  [{ ...pin, from: `docker.io/library/node@${pin.from}` }, 'node:24 moved (1111 -> 2222)'],
  [argument(null, ''), 'build argument REGISTRY added ("")'],
  [argument('', 'a'), 'build argument REGISTRY changed ("" -> "a")'],
  [argument('a', null), 'build argument REGISTRY removed (was "a")'],
  [{ ...argument(old, now), kind: 'hidden-argument' }, 'build argument REGISTRY changed'],
  [{ input: 'containerEnv.MODE', from: 'a', to: '', kind: 'setting' }, 'containerEnv.MODE changed (a -> "")'],
  [
    { input: 'Mounts on this computer', from: 'ab1234567890', to: 'cd1234567890', kind: 'computer' },
    'Mounts on this computer changed',
  ],
  // From before inputs had a kind.
  [{ input: 'package-lock.json', from: old, to: now }, 'package-lock.json changed'],
  [{ input: 'image', from: 'node:22', to: 'node:24' }, 'image changed (node:22 -> node:24)'],
])('%j reads "%s"', (change, text) => {
  expect(describeChange(change, quiet)).toBe(text)
})

test('hashes are shown on demand', () => {
  const said = (change: InputChange) => describeChange(change, { verbose: true })
  expect(said(file())).toBe('package-lock.json changed (5555 -> 9999)')
  expect(said(file(packages(1, ['nanoid', '5.1.6', '5.1.5'])))).toBe(
    'nanoid 5.1.6 -> 5.1.5 (package-lock.json) [5555 -> 9999]',
  )
})

test('of many reasons the first are named, and nothing obeys what a name holds', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => file(undefined, name))
  expect(describeReasons(all, quiet)).toBe('a changed, b changed, c changed and 2 more')
  const hostile = file(packages(1, ['\u001b]0;x\u0007a', '\u001b[2J1', '2\n3']))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(describeChange(hostile, quiet)).not.toMatch(/[\x00-\x1f]/)
})

test('a feature is one line: reference, version, chosen options, and whether there is a newer one', () => {
  const feature = {
    reference: 'r.example/features/tool:1',
    version: '1.2.0',
    options: { version: '20', motd: 'a\u001b[2J\nb' },
    digest: null,
    newer: true,
  }
  expect(describeFeature(feature)).toBe(
    'r.example/features/tool:1 · 1.2.0 · version=20 · motd=a\\u{1b}[2J\\nb · newer available',
  )
  expect(describeFeature({ ...feature, version: null, options: {}, newer: false })).toBe(feature.reference)
})

test('a version without a reason is the first one, or had nothing to be compared with', () => {
  const origin = (ordinal: number, because: InputChange[]) =>
    describeOrigin({ ordinal, because }, { verbose: false })
  expect(origin(1, [])).toBe('first version')
  expect(origin(5, [])).toBe('nothing to compare it with')
  expect(origin(2, [dockerfile(lines(1, [4, 'RUN a', 'RUN b']))])).toBe('Dockerfile line 4 (RUN b)')
})

test('ports are links where a browser can open them, those that are opened first before the others', () => {
  const port = (container: number, more: object = {}) => ({
    ...{ container, host: container, protocol: 'tcp' as const, address: '127.0.0.1', service: 'app' },
    ...more,
  })
  const ports = [
    port(3000),
    port(5432),
    port(8443, { scheme: 'https', opens: 'first', label: 'Web' }),
    port(9229, { opens: 'never' }),
  ]
  expect(describePorts({ state: 'ready', containers: [], ports, services: [] })).toBe(
    'Web: https://127.0.0.1:8443, http://127.0.0.1:3000, 127.0.0.1:5432',
  )
})
