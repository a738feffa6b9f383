import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'

test('the demo runs to its end, and takes away what it made', { timeout: 400_000 }, () => {
  const demo = path.join(import.meta.dirname, '../../examples/demo.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], {
    encoding: 'utf8',
    timeout: 390_000,
  })
  expect(stderr).not.toContain('why')
  expect(status).toBe(0)
  const story = stripVTControlCharacters(stdout)
  const inOrder = [
    /Using the engine at/,
    /\$ pristine up\n/,
    /shop: built and running v1/,
    /\$ curl http:\S+\/products\n\{"count":200000,/,
    /shop: nothing to do, running v1/,
    /\$ pristine exec -- node migrate.js\n200000 products deleted\n/,
    /\$ curl http:\S+\/products\n\{"count":0,/,
    /\$ pristine reset --data\n/,
    /shop: replaced by v1 in \d/,
    /\$ curl http:\S+\/products\n\{"count":200000,/,
    /200,000 products are back, \d+\.\d s after the command began/,
    /The definition wants a new version: nanoid 5\.1\.6 -> 5\.1\.5 \(package-lock\.json\)/,
    /v2: nanoid 5\.1\.6 -> 5\.1\.5/,
    /shop: built and running v2/,
    /\$ pristine reset --to v1\n/,
    /shop: replaced by v1/,
    /v2 .*★ known-good/,
    /v1 .*first version .*running/,
    /removed pristine-shop-/,
    /Done in \d+ s/,
  ]
  let at = 0
  for (const step of inOrder) {
    const found = step.exec(story.slice(at))
    expect(found, `${step} after ${story.slice(at, at + 300)}`).not.toBeNull()
    at += (found?.index ?? 0) + (found?.[0].length ?? 0)
  }
})
