import { expect, test } from 'vitest'
import { installOrder, type Node } from '../../../main/definition/features/install-order.ts'

const FILE = '.devcontainer/devcontainer.json'
const node = (name: string, more: Partial<Node> = {}): Node => ({
  id: name,
  names: [name],
  content: name,
  options: {},
  dependsOn: [],
  installsAfter: [],
  ...more,
})
const order = (nodes: Node[], override: string[] = []) =>
  installOrder(nodes, override, FILE).map(({ id }) => id)

test('without a word about order it is that of the names, however they are written down', () => {
  const nodes = [node('c'), node('a'), node('b')]
  expect(order(nodes)).toEqual(['a', 'b', 'c'])
  expect(order(nodes.toReversed())).toEqual(['a', 'b', 'c'])
})

test('installsAfter orders what is installed, and brings nothing in', () => {
  expect(order([node('a', { installsAfter: ['z', 'absent'] }), node('z')])).toEqual(['z', 'a'])
})

test('installsAfter knows a feature by its older name', () => {
  expect(order([node('a', { installsAfter: ['old'] }), node('z', { names: ['z', 'old'] })])).toEqual([
    'z',
    'a',
  ])
})

test('dependsOn brings what it names in, also over several steps, before the one that needs it', () => {
  const c = node('c')
  const b = node('b', { dependsOn: [c] })
  expect(order([node('a', { dependsOn: [b] })])).toEqual(['c', 'b', 'a'])
})

test('equal features are installed once; others of the same name are not equal', () => {
  const one = () => node('tool:1', { names: ['tool'], content: 'sha256:1', options: { version: '1' } })
  const other = node('tool:1', { names: ['tool'], content: 'sha256:1', options: { version: '2' } })
  expect(order([node('a', { dependsOn: [one()] }), one(), other])).toEqual(['tool:1', 'tool:1', 'a'])
})

test('overrideFeatureInstallOrder decides among those that wait for nothing', () => {
  const z = node('z')
  expect(order([node('a', { installsAfter: ['z'] }), z], ['a', 'z'])).toEqual(['z', 'a'])
  expect(order([node('a', { dependsOn: [z] }), z, node('m')], ['a', 'm'])).toEqual(['m', 'z', 'a'])
  expect(order([node('a'), node('b'), node('c')], ['c', 'b'])).toEqual(['c', 'b', 'a'])
})

test('the order of many features with long options takes no time', () => {
  const nodes = Array.from({ length: 200 }, (_, at) =>
    node(`f${at}`, { options: { o: 'x'.repeat(1000) }, installsAfter: at > 0 ? [`f${at - 1}`] : [] }),
  )
  for (const [at, one] of nodes.entries()) if (at > 0) one.dependsOn = nodes.slice(at - 1, at)
  expect(order(nodes.toReversed())).toEqual(nodes.map(({ id }) => id))
})

test('a name in the override that nobody installs is no error', () => {
  expect(order([node('a'), node('b')], ['absent', 'b'])).toEqual(['b', 'a'])
})

test('of one name, older tags come first and latest last, then who chose more options', () => {
  const tool = (tag: string, options: Node['options'] = {}) =>
    node(`tool:${tag}`, { names: ['tool'], tag, content: tag + JSON.stringify(options), options })
  expect(order([tool('latest'), tool('2'), tool('1.9.9'), tool('10')])).toEqual([
    'tool:1.9.9',
    'tool:2',
    'tool:10',
    'tool:latest',
  ])
  const byDigest = node('tool@sha256:0', { names: ['tool'], content: 'sha256:0', options: { o: '1' } })
  expect(order([byDigest, tool('2'), tool('1')])).toEqual(['tool:1', 'tool:2', 'tool@sha256:0'])
  const options = [{}, { b: '1' }, { a: '2' }, { a: '1', b: '1' }, { a: '1' }]
  const sorted = installOrder(
    options.map((chosen) => tool('1', chosen)),
    [],
    FILE,
  ).map((found) => found.options)
  expect(sorted).toEqual([{ a: '1', b: '1' }, { a: '1' }, { a: '2' }, { b: '1' }, {}])
})

test('features that wait for each other are named', () => {
  const [a, b] = [node('a'), node('b')]
  a.dependsOn = [b]
  b.dependsOn = [a]
  expect(() => order([a, node('c')])).toThrow(
    expect.objectContaining({
      code: 'definition-invalid',
      data: { file: FILE, problem: 'the features "a", "b" wait for each other' },
    }),
  )
  const soft = [node('x', { installsAfter: ['y'] }), node('y', { installsAfter: ['x'] })]
  expect(() => order(soft)).toThrow(
    expect.objectContaining({ data: { file: FILE, problem: 'the features "x", "y" wait for each other' } }),
  )
})
