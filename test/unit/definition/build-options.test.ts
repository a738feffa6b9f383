import { describe, expect, it } from 'vitest'
import { BUILD_FLAGS } from '../../../main/definition/devcontainer/build-options.ts'
import { expectError, FILE, read } from './project.ts'

const withOptions = (options: string[], build: object = {}, env: Record<string, string> = {}) =>
  read({ build: { dockerfile: 'Dockerfile', ...build, options } }, { env })
const namesOf = (wanted: string) =>
  Object.entries(BUILD_FLAGS).flatMap(([name, { kind }]) => (kind === wanted ? [name] : []))
const written = (name: string) => (BUILD_FLAGS[name]?.switch ? [`--${name}`] : [`--${name}=1`])

describe('the options of docker build', () => {
  it('add arguments and a target to those of "build"', async () => {
    const options = ['--build-arg', 'A=2', '--build-arg=B', '--target', 'dev']
    const definition = await withOptions(options, { args: { A: '1', C: '3' }, target: 'base' }, { B: 'mine' })
    expect(definition.services[0]?.source).toMatchObject({
      target: 'dev',
      args: { A: '2', B: 'mine', C: '3' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this
      hostArgs: { B: '${localEnv:B}' },
    })
    expect(definition.services[0]?.variables).toEqual(['B'])
    expect(definition.warnings).toEqual([])
    expect(namesOf('applied')).toEqual(['build-arg', 'target'])
  })

  it.each(namesOf('ignored'))('--%s is ignored, with a warning', async (name) => {
    const { warnings } = await withOptions(written(name))
    expect(warnings).toEqual([
      { code: 'ignored', message: expect.stringMatching(`^build.options "--${name}" is ignored: .+\\.$`) },
    ])
  })

  it('a tag is ignored in each form', async () => {
    expect((await withOptions(['-t', 'shop:dev', '--tag', 'shop'])).warnings).toHaveLength(2)
  })

  it.each(namesOf('refused'))('--%s is refused, with its place and the reason', async (name) => {
    await expectError(withOptions(['--pull', ...written(name)]), 'definition-unsupported', {
      file: FILE,
      line: 6,
      column: 7,
      key: `build.options: --${name}`,
      reason: expect.stringMatching(/^\S.*[^.]$/),
    })
  })

  it.each([
    [['debian'], 'definition-invalid', { problem: '"debian" is not an option of "docker build"' }],
    [['--build-arg'], 'definition-invalid', { problem: '"--build-arg" needs a value' }],
    [['--wizard'], 'definition-unsupported', { key: 'build.options: --wizard' }],
  ] as const)('%j is refused', async (options, code, data) => {
    await expectError(withOptions([...options]), code, { line: 5, ...data })
  })
})
