// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { devcontainerId } from '../../../main/definition/devcontainer/document/devcontainer-id.ts'
import {
  isVariable,
  substitute,
  substituteAll,
  variablesIn,
} from '../../../main/definition/devcontainer/document/substitute.ts'
import {
  resolvePart,
  resolveRemoteEnv,
  resolveRun,
} from '../../../main/definition/devcontainer/resolve-run.ts'
import { readRun } from './project.ts'

const variables = {
  localEnv: { HOME: '/home/ann', EMPTY: '', GONE: undefined },
  containerEnv: { PATH: '/bin' },
  localWorkspaceFolder: '/src/shop',
  containerWorkspaceFolder: '/workspaces/shop/web',
  localGitRoot: '/src',
  devcontainerId: 'abc',
}

describe('variables', () => {
  it.each([
    ['${localEnv:HOME}', '/home/ann'],
    ['${env:HOME}/x', '/home/ann/x'],
    ['${localEnv:NONE}', ''],
    ['${localEnv:GONE:b}', 'b'],
    ['${localEnv:EMPTY:b}', ''],
    ['${localEnv:NONE:http://a:80}', 'http://a:80'],
    ['${localEnv:toString}', ''],
    ['${containerEnv:PATH}:/x', '/bin:/x'],
    ['${containerEnv:NONE:/y}', '/y'],
    ['${localWorkspaceFolder}', '/src/shop'],
    ['${localWorkspaceFolderBasename}', 'shop'],
    ['${containerWorkspaceFolder}', '/workspaces/shop/web'],
    ['${containerWorkspaceFolderBasename}', 'web'],
    ['${localGitRoot}', '/src'],
    ['${localGitRootBasename}', 'src'],
    ['a-${devcontainerId}-b', 'a-abc-b'],
    ['${HOME} ${nothing:x} ${localEnv} ${localEnv:} ${localWorkspaceFolder:x} ${', null],
    ['$HOME $$ {} }{', null],
  ])('%s', (text, expected) => {
    expect(substitute(text, variables)).toBe(expected ?? text)
  })

  it('replaces inside lists and objects, and leaves keys and other values', () => {
    const value = { '${env:HOME}': ['${env:HOME}', 1, null, { a: true }] }
    expect(substituteAll(value, variables)).toEqual({ '${env:HOME}': ['/home/ann', 1, null, { a: true }] })
  })

  it('lists and knows variables', () => {
    expect(variablesIn('${a} ${localEnv:B:c} ${d')).toEqual(['a', 'localEnv:B:c'])
    expect(['localEnv:B:c', 'devcontainerId', 'a', 'localEnv', 'toString'].map(isVariable)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('is quick on hostile text', () => {
    const text = '${'.repeat(500_000)
    expect(substitute(text, variables)).toBe(text)
  })

  const name = fc.constantFrom(
    'localEnv:A',
    'env:A',
    'containerEnv:A',
    'localWorkspaceFolder',
    'devcontainerId',
    'x',
  )
  const template = fc
    .array(
      fc.oneof(
        fc.string({ maxLength: 5 }),
        name.map((n) => `\${${n}}`),
        fc.constantFrom('${', '}', '$'),
      ),
    )
    .map((parts) => parts.join(''))

  it('changes nothing when nothing is known', () => {
    fc.assert(fc.property(template, (text) => substitute(text, {}) === text))
  })

  it('never replaces what a value brought in', () => {
    const value = '${env:A}${localEnv:A}${devcontainerId}'
    const untouched = fc.stringMatching(/^[a-z$}]{0,5}x$/)
    fc.assert(
      fc.property(fc.array(untouched), (parts) => {
        const known = { localEnv: { A: value }, devcontainerId: 'abc' }
        expect(substitute(parts.join('${localEnv:A}'), known)).toBe(parts.join(value))
      }),
    )
  })
})

describe('the identifier of a dev container', () => {
  it('is the hash of the sorted labels in base 32, 52 characters long', () => {
    const id = devcontainerId({ b: '2', a: '1' })
    expect(id).toMatch(/^[0-9a-v]{52}$/)
    expect(id).toBe(devcontainerId({ a: '1', b: '2' }))
    expect(id).not.toBe(devcontainerId({ a: '1', b: '3' }))
  })
})

describe('resolving a run configuration', () => {
  it('fills in local values, and container values once they are known', async () => {
    const run = await readRun({
      remoteEnv: {
        PATH: '${containerEnv:PATH}:${containerWorkspaceFolder}/bin',
        HOME: '${localEnv:HOME}',
        X: null,
      },
      containerEnv: { WHERE: '${containerWorkspaceFolderBasename}' },
      onCreateCommand: 'echo ${localEnv:HOME} ${SHELL_VARIABLE}',
    })
    const { containerWorkspaceFolder: _, containerEnv: __, ...local } = variables
    const resolved = resolveRun(run, local)
    expect(resolved.workspaceFolder).toBe('/workspaces/shop')
    expect(resolved.workspaceMount).toMatchObject({ source: '/src/shop', target: '/workspaces/shop' })
    expect(resolved.containerEnv).toEqual({ WHERE: 'shop' })
    expect(resolved.hooks.onCreateCommand).toBe('echo /home/ann ${SHELL_VARIABLE}')
    expect(resolved.remoteEnv['PATH']).toBe('${containerEnv:PATH}:/workspaces/shop/bin')
    expect(resolveRemoteEnv(resolved.remoteEnv, { PATH: '/bin' })).toEqual({
      PATH: '/bin:/workspaces/shop/bin',
      HOME: '/home/ann',
      X: null,
    })
    expect(resolvePart(['${containerWorkspaceFolder}'], run, local)).toEqual(['/workspaces/shop'])
  })
})
