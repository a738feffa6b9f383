import { expect, test } from 'vitest'
import type { Origin } from '../../../main/definition/devcontainer/document/source-position.ts'
import { imageVariables, metadataEntry } from '../../../main/definition/features/container-settings.ts'

const origin: Origin = { file: 'f/devcontainer-feature.json', at: () => ({ line: 2, column: 3 }) }
const variables = (containerEnv: Record<string, string>) => imageVariables({ id: 'f', containerEnv }, origin)

test('variables of the image stay, however they are written', () => {
  expect(
    variables({ PATH: `/opt/f:\${PATH}`, A: `\${containerEnv:HOME}/a`, B: `\${X:-y} $Z`, C: '"\\' }),
  ).toEqual({ PATH: `/opt/f:\${PATH}`, A: `\${HOME}/a`, B: `\${X:-y} $Z`, C: '"\\' })
})

test('a value of this computer is for the container, and no image holds it', () => {
  const containerEnv = { WORD: `\${localEnv:WORD:none}`, PLAIN: 'x' }
  expect(variables(containerEnv)).toEqual({ PLAIN: 'x' })
  expect(metadataEntry('f', { id: 'f', containerEnv, privileged: true })).toEqual({
    id: 'f',
    privileged: true,
    containerEnv: { WORD: containerEnv.WORD },
  })
})

test.each([
  ['a name that is none', { 'A=B': '' }, 'cannot be a variable'],
  ['a line end', { A: 'x\nRUN touch /y' }, 'must be one line'],
  ['a carriage return', { A: 'x\rUSER root' }, 'must be one line'],
  ['a variable that a Dockerfile does not know', { A: `\${X:M}` }, 'cannot use'],
  ['the id of an environment', { A: `x-\${devcontainerId}` }, 'cannot use'],
  ['a folder in the container', { A: `\${containerWorkspaceFolder}` }, 'cannot use'],
  ['both kinds of variables', { A: `\${PATH}:\${localEnv:X}` }, 'cannot use both'],
  ['a brace that is not closed', { A: `a\${b` }, 'without its "}"'],
])('%s is refused', (_, containerEnv, problem) => {
  expect(() => variables(containerEnv as unknown as Record<string, string>)).toThrow(
    expect.objectContaining({
      code: 'definition-invalid',
      data: expect.objectContaining({ problem: expect.stringContaining(problem), line: 2 }),
    }),
  )
})
