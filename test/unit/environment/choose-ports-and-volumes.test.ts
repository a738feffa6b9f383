import { expect, test } from 'vitest'
import { atPlacesOf } from '../../../main/environment/set/choose-ports-and-volumes.ts'

test('a volume that another service mounts elsewhere counts at the places of the service itself', () => {
  const at = (name: string, target: string) => ({ name, target, readOnly: false, filled: undefined })
  const kept = [at('shared', '/srv/www'), at('shared', '/app/www'), at('other', '/other')]
  const own = [
    { name: 'shared', target: '/app/www', readOnly: false },
    { name: 'new', target: '/new', readOnly: false },
  ]
  expect(atPlacesOf(kept, own)).toEqual([at('shared', '/app/www')])
})
