import { expect, test } from 'vitest'
import { isMountProblem, overlaysOf } from '../../../main/data/volume-layers/overlay-support.ts'

test('that an engine mounts overlays is known for good, and that it does not for a day', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const after = (hours: number) => Date.parse(at) + hours * 60 * 60_000
  expect(overlaysOf({ why: null, at }, after(1000))).toEqual({ work: true })
  const none = { why: 'It is rootless.', at }
  expect(overlaysOf(none, after(23))).toEqual({ work: false, why: 'It is rootless.' })
  expect([overlaysOf(none, after(24)), overlaysOf(none, after(-1)), overlaysOf(undefined, 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test.each([
  [
    true,
    "error while mounting volume '/var/lib/docker/volumes/x/_data': failed to mount local volume: mount overlay:/x, data: lowerdir=/y: invalid argument",
  ],
  [true, 'failed to mount local volume: operation not permitted'],
  [false, 'No such image: sha256:0123'],
  [false, 'error creating overlay mount to /var/lib/docker/overlay2/x/merged: too many levels'],
  [false, 'Conflict. The container name is already in use'],
])('%s: the engine could not mount a volume, as it says: %s', (expected, problem) => {
  expect(isMountProblem(problem)).toBe(expected)
})
