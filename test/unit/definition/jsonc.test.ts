// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonc } from '../../../main/definition/devcontainer/document/jsonc.ts'
import { readDefinition } from '../../../main/definition/devcontainer/read-definition.ts'
import { Definition } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import { anyText } from '../../fuzz/any-text.ts'
import { expectError, makeProject } from './project.ts'

const parse = (text: string) => parseJsonc('d.json', text)

describe('JSON with comments', () => {
  it('takes comments and trailing commas; of equal keys the last counts', () => {
    expect(parse('// a\n{"a": [1, /* b */ 2,], "c": 1, "c": "x",}').value).toEqual({ a: [1, 2], c: 'x' })
  })

  it('names the keys that stand more than once, wherever, and where; the first of them', () => {
    const text = '{\n"a": 1,\n"b": [{"c": 1,\n"c": 2}],\n"d": {"a": 1},\n"a": 2,\n"a": 3}'
    expect(parse(text).repeated).toEqual([
      { key: 'a', lines: [2, 6, 7] },
      { key: 'b.c', lines: [3, 4] },
    ])
    expect(parse('{"a": 1, "b": {"a": 1}}').repeated).toEqual([])
    const many = Array.from({ length: 100_000 }, (_, at) => `"k${at % 50_000}": ${at}`).join(',\n')
    expect(parse(`{${many}}`).repeated).toHaveLength(5)
  })

  it('warns of them: the last one counts, and the first may be what a person reads', async () => {
    await using project = await makeProject({
      '.devcontainer.json': '{\n"image": "debian",\n"runArgs": ["--init"],\n"runArgs": []\n}',
    })
    const { warnings } = (await readDefinition(project, { env: {} })).definition
    expect(warnings).toEqual([
      {
        code: 'repeated-key',
        message:
          '"runArgs" stands more than once in .devcontainer.json, in the lines 3 and 4: the last one counts.',
      },
    ])
  })

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," between the entries'],
    ['{"a" 1}', 1, 6, 'expected ":" after the key'],
    ['{\r\n "a": "x\r\n}', 2, 7, 'expected a double quote to end the string'],
    ['{"a": nope}', 1, 7, 'expected a value'],
    ['{a: 1}', 1, 2, 'expected a value: a string in double quotes'],
    ['{1: 1}', 1, 2, 'expected a key in double quotes'],
    ['[1, 2', 1, 6, 'expected "]"'],
    ['{"a": 1', 1, 8, 'expected "}"'],
    ['', 1, 1, 'expected a value'],
    ['{} {}', 1, 4, 'expected the end of the file'],
    ['{"a": 1} /* b', 1, 10, 'expected "*/"'],
    ['{"a": 1} /*', 1, 10, 'expected "*/"'],
    ['{"a": "\\ud800"}', 1, 2, 'expected no half of a surrogate pair'],
    ['{"a": 1,\n "\\udc00": "x"}', 2, 2, 'expected no half of a surrogate pair'],
    ['{"a": "\\q"}', 1, 7, 'after the backslash'],
  ])('says where %j is wrong', async (text, line, column, problem) => {
    await expectError(() => parse(text), 'definition-invalid', {
      file: 'd.json',
      line,
      column,
      problem: expect.stringContaining(problem),
    })
  })

  it('finds the place of a key, of a list item, and of the nearest parent', () => {
    const document = parse('{\n "a": {\n  "b": [1,\n   2]\n }\n}')
    expect(document.at(['a', 'b'])).toEqual({ line: 3, column: 3 })
    expect(document.at(['a', 'b', 1])).toEqual({ line: 4, column: 4 })
    expect(document.at(['a', 'missing', 'x'])).toEqual({ line: 2, column: 2 })
    expect(document.at([])).toEqual({ line: 1, column: 1 })
  })

  it('refuses nesting that would exhaust the stack, and a key that would change a prototype', async () => {
    await expectError(() => parse('['.repeat(100_000)), 'definition-invalid', { line: 1, column: 101 })
    await expectError(() => parse('{"a": {"__proto__": 1}}'), 'definition-invalid', { line: 1, column: 8 })
  })

  it('gives a definition or a product error for any mutated text', async () => {
    const valid = JSON.stringify({
      image: 'debian:bookworm',
      mounts: ['source=a,target=/a,type=volume', { type: 'tmpfs', target: '/t' }],
      runArgs: ['-e', 'A=1', '--memory=2g', '--ulimit', 'nofile=1:2', '-v', 'x:/y:ro', '-p', '1:2'],
      forwardPorts: [3000, 'localhost:4'],
      appPort: '8080:80',
      containerEnv: { A: '${localEnv:HOME}' },
      onCreateCommand: { a: ['b'] },
      customizations: { pristine: { inputs: ['*.x'], health: { command: 'true', interval: '2s' } } },
    })
    await using project = await makeProject()
    const edit = fc.record({
      at: fc.nat(valid.length),
      drop: fc.nat(6),
      add: anyText({ maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 4 }), async (edits) => {
        const text = edits.reduce((t, e) => t.slice(0, e.at) + e.add + t.slice(e.at + e.drop), valid)
        await writeFile(`${project.path}/.devcontainer.json`, text)
        try {
          Definition.parse((await readDefinition(project, { env: {} })).definition)
        } catch (error) {
          if (!isProductError(error)) throw error
          expect(error.data['file']).toBe('.devcontainer.json')
        }
      }),
      { numRuns: 800 },
    )
  })

  it('gives a definition or a product error for any values of the known keys', async () => {
    const keys = [
      'image name build context dockerFile workspaceFolder workspaceMount containerEnv remoteEnv containerUser remoteUser',
      'mounts init overrideCommand forwardPorts appPort portsAttributes otherPortsAttributes runArgs onCreateCommand',
      'waitFor userEnvProbe updateRemoteUserUID hostRequirements shutdownAction customizations $schema features',
      'overrideFeatureInstallOrder dockerComposeFile service initializeCommand secrets privileged capAdd securityOpt',
    ].flatMap((line) => line.split(' '))
    await using project = await makeProject()
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...keys), fc.jsonValue(), { maxKeys: 4 }),
        async (value) => {
          await writeFile(`${project.path}/.devcontainer.json`, JSON.stringify({ image: 'debian', ...value }))
          try {
            Definition.parse((await readDefinition(project, { env: {} })).definition)
          } catch (error) {
            if (!isProductError(error)) throw error
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
