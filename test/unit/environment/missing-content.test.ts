import { expect, test } from 'vitest'
import { missingContentWarnings } from '../../../main/environment/set/missing-content.ts'
import type { Mount } from '../../../shared/definition.ts'
import { scratch } from '../inputs/scratch.ts'

type Given = Parameters<typeof missingContentWarnings>[0]

test('services that mount the folder are told that they lack what hooks made in it', async () => {
  await using folder = await scratch({ 'compose.yaml': '', 'api/package.json': '' })
  const project = { path: folder.path }
  const bind = (source: string, target: string): Mount => ({ kind: 'bind', source, target, readOnly: false })
  const volume = (target: string): Mount =>
    ({ kind: 'volume', source: 'v', target, readOnly: false }) as Mount
  const warned = (folders: string[], others: Record<string, Mount[]>) =>
    missingContentWarnings({
      service: 'web',
      hooks: { updateContentCommand: ['npm ci'] },
      run: { workspaceFolder: '/app', mounts: [bind(folder.path, '/app')] },
      parts: { project, content: { root: '/app', folders, files: {}, count: 1 } },
      others: Object.entries(others).map(([service, mounts]) => ({ service, parts: { run: { mounts } } })),
    } as unknown as Given)
  expect(
    await warned(['node_modules', 'api/node_modules'], {
      worker: [bind(folder.path, '/srv')],
      api: [bind(folder.at('api'), '/api')],
      own: [bind(folder.path, '/srv'), volume('/srv/node_modules'), volume('/srv/api/node_modules')],
      apart: [volume('/data')],
    }),
  ).toEqual([
    expect.stringMatching(
      /^worker does not find what updateContentCommand made: only web has node_modules, api\/node_modules of/,
    ),
    expect.stringMatching(/^api does not find .*: only web has api\/node_modules of/),
  ])
  expect(await warned([], { worker: [bind(folder.path, '/srv')] })).toEqual([])
})
