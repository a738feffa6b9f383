import { describe, expect, it } from 'vitest'
import { RUN_FLAGS } from '../../../main/definition/devcontainer/run/run-flags.ts'
import { expectError, FILE, read, readRun } from './project.ts'
import { APPLIED } from './run-flag-cases.ts'

const rules = Object.entries(RUN_FLAGS)
const namesOf = (...kinds: string[]) =>
  rules.filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name)
/** With a value that every option takes that needs one. */
const written = (name: string) => (RUN_FLAGS[name]?.switch ? [`--${name}`] : [`--${name}=1`])

describe('the options of docker run', () => {
  it('have a case for each that is applied', () => {
    expect(Object.keys(APPLIED).sort()).toEqual(namesOf('inside', 'granted').sort())
  })

  it.each(Object.entries(APPLIED))('applies --%s', async (_, [runArgs, run]) => {
    expect(await readRun({ runArgs })).toMatchObject(run)
  })

  it.each(namesOf('ignored'))('ignores --%s, with a warning', async (name) => {
    const { warnings } = await read({ image: 'debian', runArgs: written(name) })
    expect(warnings).toEqual([
      { code: 'ignored', message: expect.stringMatching(`^runArgs "--${name}" is ignored: .+\\.$`) },
    ])
  })

  it('ignores switches that are written together', async () => {
    const { warnings } = await read({ image: 'debian', runArgs: ['-itd', '--rm'] })
    expect(warnings.map(({ message }) => message.split('"')[1])).toEqual([
      '--interactive',
      '--tty',
      '--detach',
      '--rm',
    ])
  })

  it('refuses a label by which Pristine finds its containers', async () => {
    const work = readRun({ runArgs: ['--label', 'dev.pristine.project=other'] })
    await expectError(work, 'definition-unsupported', { key: 'runArgs: --label dev.pristine.project' })
  })

  it.each(namesOf('refused'))('refuses --%s, with its place and the reason', async (name) => {
    await expectError(readRun({ runArgs: ['--init', ...written(name)] }), 'definition-unsupported', {
      file: FILE,
      line: 5,
      column: 5,
      key: `runArgs: --${name}`,
      reason: expect.stringMatching(/^\S.*[^.]$/),
    })
  })
})
