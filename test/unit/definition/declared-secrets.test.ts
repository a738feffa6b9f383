import { expect, test } from 'vitest'
import { expectError, FILE, read } from './project.ts'

const of = (secrets: unknown) => read(JSON.stringify({ image: 'debian', secrets }))

test('declared secrets are read, sorted; only their names are part of the plan', async () => {
  const definition = await of({
    TOKEN_B: {},
    TOKEN_A: { description: 'For the registry', documentationUrl: 'https://example.org', other: 1 },
  })
  expect(definition.secrets).toEqual([
    { name: 'TOKEN_A', description: 'For the registry', documentationUrl: 'https://example.org' },
    { name: 'TOKEN_B' },
  ])
  expect(definition.services[0]?.run.secrets).toEqual(['TOKEN_A', 'TOKEN_B'])
  expect((await of({})).services[0]?.run).not.toHaveProperty('secrets')
  expect((await of(undefined)).secrets).toEqual([])
})

test.each(['', 'A=B', 'A B', '1A', '-w', 'Ä', 'A\n', 'A'.repeat(129)])('%j is no name', async (name) => {
  await expectError(of({ [name]: {} }), 'definition-invalid', { file: FILE })
})

test('what is no list of secrets is refused, and so are too many', async () => {
  for (const secrets of [['A'], 'A', { A: 'value' }, { A: { description: 1 } }]) {
    await expectError(of(secrets), 'definition-invalid', { file: FILE })
  }
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`A${i}`, {}]))
  await expectError(of(many), 'definition-invalid', { file: FILE })
})
