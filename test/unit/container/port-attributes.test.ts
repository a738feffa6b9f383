import { expect, test } from 'vitest'
import { readPortAttributes } from '../../../main/container/launch/port-attributes.ts'

const useOf = (port: number, ...entries: object[]) => readPortAttributes(JSON.stringify(entries))(port)

test('a port is opened as its attributes say, where that is not what Pristine does anyway', () => {
  const attributes = (own: object) => useOf(3000, { portsAttributes: { 3000: own } })
  for (const onAutoForward of ['notify', 'silent'])
    expect(attributes({ onAutoForward, protocol: 'http' })).toEqual({})
  for (const onAutoForward of ['openBrowser', 'openBrowserOnce', 'openPreview'])
    expect(attributes({ onAutoForward })).toEqual({ opens: 'first' })
  expect(attributes({ onAutoForward: 'ignore', protocol: 'https' })).toEqual({
    scheme: 'https',
    opens: 'never',
  })
  expect(useOf(3000, { portsAttributes: { '2999-3001': { protocol: 'https' } } })).toEqual({
    scheme: 'https',
  })
  expect(useOf(3000, { otherPortsAttributes: { onAutoForward: 'ignore' } })).toEqual({ opens: 'never' })
  expect(useOf(4000, { portsAttributes: { 3000: { protocol: 'https' } } })).toEqual({})
})

test("the definition's attributes of a port count before those of its image", () => {
  const https = { protocol: 'https', onAutoForward: 'openBrowser' }
  const image = { portsAttributes: { 3000: https, 4000: https } }
  const own = { portsAttributes: { 4000: { onAutoForward: 'ignore' } } }
  expect(useOf(3000, image, own)).toEqual({ scheme: 'https', opens: 'first' })
  expect(useOf(4000, image, own)).toEqual({ opens: 'never' })
})

test('a container without a label, or with one that nobody can read, says nothing', () => {
  for (const label of [undefined, '', 'no JSON', '[{"portsAttributes": {"3000": {"protocol": "ftp"}}}]'])
    expect(readPortAttributes(label)(3000)).toEqual({})
})
