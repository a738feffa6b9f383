import { expect, test } from 'vitest'
import { packStackFiles, stackFileHashes } from '../../../main/container/launch/secret-and-config-files.ts'
import type { ComposedService } from '../../../main/definition/read-project.ts'
import { read } from '../compose/stack-of.ts'

const [KEY, OTHER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

function composed(secret: string | undefined, config: string, use = 'c'): ComposedService {
  const { stack } = read(`services:
  web: {image: a, secrets: [tok, file], configs: [${use}]}
secrets: {tok: {environment: TOK}, file: {file: ./tok}}
configs: {c: {content: ${config}}}
`)
  const service = stack.services['web']
  const { tok } = stack.secrets
  if (!service || tok?.kind !== 'variable') throw new Error('They are there.')
  const secrets = { ...stack.secrets, tok: { ...tok, value: secret } }
  return { service, stack: { ...stack, secrets }, isFirst: true, variables: [] }
}

test('what is written into a container has a hash by its place, which differs with its content, its owner and the key', () => {
  const first = stackFileHashes(composed('one', 'x'), KEY)
  expect(Object.keys(first)).toEqual(['/run/secrets/tok', '/c'])
  expect(stackFileHashes(composed('one', 'x'), KEY)).toEqual(first)
  const changed = (other: Record<string, string>) =>
    Object.keys(first).filter((target) => other[target] !== first[target])
  expect(changed(stackFileHashes(composed('two', 'x'), KEY))).toEqual(['/run/secrets/tok'])
  expect(changed(stackFileHashes(composed(undefined, 'x'), KEY))).toEqual(['/run/secrets/tok'])
  expect(changed(stackFileHashes(composed('one', 'y'), KEY))).toEqual(['/c'])
  expect(changed(stackFileHashes(composed('one', 'x', '{source: c, uid: "5"}'), KEY))).toEqual(['/c'])
  expect(changed(stackFileHashes(composed('one', 'x'), OTHER))).toEqual(['/run/secrets/tok', '/c'])
})

test('a secret without a value is refused where it would be written', async () => {
  await expect(packStackFiles(composed(undefined, 'x'))).rejects.toMatchObject({
    code: 'variable-missing',
    data: { name: 'TOK' },
  })
})
