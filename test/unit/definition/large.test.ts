// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { expect, it } from 'vitest'
import { mergePorts } from '../../../main/definition/devcontainer/run/parse-ports.ts'
import { readRunArgs } from '../../../main/definition/devcontainer/run/run-args.ts'
import { split } from '../../../main/definition/devcontainer/run/split-text.ts'
import { isProductError } from '../../../shared/errors.ts'
import { expectError, read } from './project.ts'

const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index))
const record = (count: number, item: (index: number) => [string, unknown]) =>
  Object.fromEntries(many(count, item))

/** Everything here took many seconds, or all memory, when each item was compared with or copied to all others. */
it.each<[string, object]>([
  ['ports', { forwardPorts: many(120_000, (index) => (index % 60_000) + 1) }],
  [
    'attributes',
    { forwardPorts: many(20_000, (i) => i + 1), portsAttributes: record(20_000, (i) => [`x${i}`, {}]) },
  ],
  ['options', { runArgs: many(60_000, () => '--dns=a') }],
  ['variables of options', { runArgs: many(30_000, (index) => `-eA${index}=b`) }],
  ['labels', { runArgs: many(30_000, (index) => `-lA${index}=b`) }],
  ['open variables', { mounts: ['${'.repeat(400_000)] }],
  [
    'folders that are not there',
    {
      mounts: many(
        200,
        (index) => `type=bind,source=\${localWorkspaceFolder}/${index}${'/a'.repeat(1800)},target=/${index}`,
      ),
    },
  ],
])('%s by the ten thousand take no long time', async (_, json) => {
  const since = process.cpuUsage()
  await read({ image: 'debian', ...json }).catch((error: unknown) => {
    if (!isProductError(error)) throw error
  })
  const { user, system } = process.cpuUsage(since)
  expect((user + system) / 1000).toBeLessThan(2000)
})

it.each<[string, object, string]>([
  ['keys', record(1001, (index) => [`x${index}`, 1]), 'expected at most 1000 keys'],
  [
    'globs',
    { customizations: { pristine: { inputs: many(1001, (index) => `f${index}`) } } },
    '"customizations.pristine.inputs" must hold at most 1000 globs',
  ],
  [
    'a glob',
    { customizations: { pristine: { inputs: ['a'.repeat(4097)] } } },
    '"customizations.pristine.inputs.0" is longer than a path can be',
  ],
  [
    'a folder',
    { workspaceFolder: '/${localWorkspaceFolder}'.repeat(1000) },
    '"workspaceFolder" is longer than a path can be',
  ],
])('refuses too much: %s', async (_, json, problem) => {
  await expectError(read({ image: 'debian', ...json }), 'definition-invalid', { problem })
})

it('refuses build arguments that variables make larger than any file', async () => {
  const args = record(1000, (index) => [`A${index}`, '${containerWorkspaceFolder}'])
  const json = { build: { dockerfile: 'Dockerfile', args }, workspaceFolder: `/${'a'.repeat(4000)}` }
  await expectError(read(json), 'definition-invalid', {
    problem: 'the values of "build.args" are longer than 1 MiB together',
  })
})

it('still merges, gathers and splits as it did', () => {
  const port = (host: number, fixed: boolean, label?: string) => ({
    container: 80,
    protocol: 'tcp' as const,
    host,
    fixed,
    ...(label !== undefined && { label }),
  })
  expect(mergePorts([port(80, false), port(81, true), port(82, true), port(81, true, 'a')])).toEqual([
    port(81, true, 'a'),
    port(82, true),
  ])
  const origin = { file: 'd.json', at: () => ({}) }
  expect(readRunArgs(['-eA=1', '-eA=2', '-l', 'a', '--dns=b', '--dns=c'], origin)).toMatchObject({
    env: { A: '2' },
    options: { labels: { a: '' }, dns: ['b', 'c'] },
  })
  expect(split('a:${b:c}:${d', ':')).toEqual(['a', '${b:c}', '${d'])
})
