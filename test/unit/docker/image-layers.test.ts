import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesTogether, type ImageLayers } from '../../../main/docker/image-layers.ts'
import { bytesBeyond } from '../../../main/docker/reclaimable-bytes.ts'

/** An image of layers, each "name:bytes". */
const image = (...layers: string[]): ImageLayers => ({
  layers,
  steps: layers.map((name) => ({ name, bytes: Number(name.split(':')[1]) })).filter(({ bytes }) => bytes > 0),
})

test('layers that several images begin with count once', () => {
  expect(bytesTogether([])).toBe(0)
  expect(bytesTogether([image('a:100', 'b:20')])).toBe(120)
  expect(bytesTogether([image('a:100', 'b:20'), image('a:100', 'b:20')])).toBe(120)
  expect(bytesTogether([image('a:100', 'b:20'), image('x:100', 'b:20')])).toBe(240)
  expect(bytesTogether([image('a:100', 'b:20'), image('a:100'), image('a:100', 'c:3', 'd:4')])).toBe(127)
})

test('layers without bytes do not shift the others', () => {
  expect(bytesTogether([image('a:100', 'e:0', 'b:20'), image('a:100', 'e:0', 'c:7')])).toBe(127)
  expect(bytesTogether([image('a:100', 'e:0', 'b:20'), image('a:100', 'f:0', 'b:20')])).toBe(140)
})

test('a layer that was made twice is the same layer', () => {
  const again = image('a:100', 'b:20', 'c:3')
  const renamed = again.steps.map((step) => ({ ...step, name: `later ${step.name}` }))
  expect(bytesTogether([again, { ...again, steps: renamed }])).toBe(123)
})

test('of any images, each beginning counts once', () => {
  const layer = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(0, 1, 5, 9))
  fc.assert(
    fc.property(fc.array(fc.array(layer, { minLength: 1, maxLength: 5 }), { maxLength: 6 }), (images) => {
      const named = images.map((layers) =>
        layers.map(([, bytes], index) => `${layers.slice(0, index + 1).join('-')}:${bytes}`),
      )
      const bytes = [...new Set(named.flat())].map((name) => Number(name.split(':')[1]))
      expect(bytesTogether(named.map((layers) => image(...layers)))).toBe(bytes.reduce((a, b) => a + b, 0))
    }),
  )
})

test('what is removed together frees what only these have', () => {
  const [base, made] = [image('a:100'), image('a:100', 'b:20')]
  const beside = image('a:100', 'b:20', 'c:3')
  expect(bytesBeyond([made, beside], [base])).toBe(23)
  expect(bytesBeyond([made], [beside])).toBe(0)
  expect(bytesBeyond([made, beside], [])).toBe(123)
  expect(bytesBeyond([], [base])).toBe(0)
})
