import { expect, test } from 'vitest'
import { explainRestartPolicy } from '../../../main/environment/explain-restart-policy.ts'
import { productError } from '../../../shared/errors.ts'

const ended = (service: string) =>
  productError('container-exited', { service, code: 1, reason: '', memory: false, output: ['no db'] })
const read = (restart: string | undefined) =>
  ({ services: [{ service: { name: 'api' }, compose: { service: { restart } } }] }) as never

test('the policy of the service that ended is named with the error', () => {
  const error = ended('api')
  expect(explainRestartPolicy(read('always'), error)).toMatchObject({
    why: 'no db',
    hint: expect.stringMatching(/^Pristine does not restart it, whatever "restart: always" says/),
  })
})

test.each([
  ['one without a policy', read(undefined), ended('api')],
  ['one that nothing restarts', read('no'), ended('api')],
  ['another service', read('always'), ended('web')],
  ['another failure', read('always'), productError('cancelled', {})],
])('%s keeps its error', (_, of, error) => {
  expect(explainRestartPolicy(of, error)).toBe(error)
})
