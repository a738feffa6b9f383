import { expect, test } from 'vitest'
import { changeParts, changeText } from '../../../renderer/components/change-parts.ts'
import type { InputChange } from '../../../shared/change.ts'

const [old, now] = ['5'.repeat(64), '9'.repeat(64)]
const file: InputChange = { input: 'package-lock.json', from: old, to: now, kind: 'file' }
const packages = (...named: [string, string | null, string | null][]): InputChange => ({
  ...file,
  detail: {
    kind: 'packages',
    packages: named.map(([name, from, to]) => ({ name, from, to })),
    count: named.length,
  },
})
const lines = (...said: [number | null, string][]): InputChange => ({
  input: 'Dockerfile',
  from: old,
  to: now,
  kind: 'dockerfile',
  detail: {
    kind: 'lines',
    lines: said.map(([line, to]) => ({ line, from: null, to })),
    count: said.length,
  },
})
const pin: InputChange = {
  input: 'node:24',
  from: `sha256:${'1'.repeat(64)}`,
  to: `sha256:${'2'.repeat(64)}`,
  kind: 'pin',
}

test.each<[InputChange, string]>([
  [packages(['nanoid', '5.1.6', '5.1.5']), 'nanoid 5.1.6 → 5.1.5'],
  [packages(['nanoid', null, '5.1.5']), 'nanoid 5.1.5 added (package-lock.json)'],
  [packages(['nanoid', '5.1.6', null]), 'nanoid 5.1.6 removed (package-lock.json)'],
  [packages(['nanoid', '5.1.6', '5.1.6']), 'nanoid 5.1.6 has another checksum (package-lock.json)'],
  [packages(['a', '1', '2'], ['b', '1', '2']), '2 packages changed (package-lock.json)'],
  [file, 'package-lock.json changed'],
  [{ ...file, from: null }, 'package-lock.json added'],
  [lines([4, 'RUN a']), 'Dockerfile line 4 added'],
  [lines([4, 'RUN a'], [7, 'b'], [8, 'c'], [9, 'd']), 'Dockerfile lines 4, 7–9 changed'],
  [lines([null, 'RUN a'], [null, 'RUN b']), 'Dockerfile changed'],
  [pin, 'node:24 moved'],
  [{ ...pin, detail: { kind: 'moved', from: '24.1.0', to: '24.2.0' } }, 'node:24 24.1.0 → 24.2.0'],
  [{ input: 'containerEnv.MODE', from: 'a', to: 'b', kind: 'setting' }, 'containerEnv.MODE changed'],
])('%j reads "%s" where there is room for one line', (change, text) => {
  expect(changeText(change)).toBe(text)
})

test('hashes are no values, but there for whoever asks; those of a pin are all there is', () => {
  expect(changeParts(file)).toMatchObject({ from: undefined, to: undefined, hashes: `${old} → ${now}` })
  expect(changeParts(pin)).toMatchObject({ from: pin.from, to: pin.to })
  // From before inputs had a kind.
  expect(changeParts({ input: 'a', from: old, to: now })).toMatchObject({ from: undefined, to: undefined })
  expect(changeParts({ input: 'link', from: '-> a', to: '-> b', kind: 'file' })).toMatchObject({
    from: '-> a',
    to: '-> b',
  })
})

test('an argument is quoted, so that an empty one is seen', () => {
  const argument: InputChange = { input: 'build argument X', from: null, to: '', kind: 'argument' }
  expect(changeParts(argument)).toMatchObject({ from: null, to: '""' })
})
