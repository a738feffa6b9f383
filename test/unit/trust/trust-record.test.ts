import { expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { readTrust } from '../../../main/trust/trust-record.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { scratch } from '../inputs/scratch.ts'

const key = 'shop-1' as ProjectKey

test('what was granted in a form of an older Pristine is no grant; the rest of it is', async () => {
  const network = { kind: 'network', mode: 'host' }
  const from = { kind: 'host-command', from: 'initializeCommand of x', name: null, command: 'make' }
  const grant = {
    folder: '/shop',
    remote: null,
    at: '2026-11-29T12:00:00.000Z',
    capabilities: [network, { ...from, files: { 'x.sh': 'a'.repeat(64) } }, { ...from, files: 'any' }],
  }
  await using home = await scratch({ [`projects/${key}/trust.json`]: JSON.stringify({ grant }) })
  expect(await readTrust({ home: openHome({ PRISTINE_HOME: home.path }) }, key)).toEqual({
    grant: { ...grant, capabilities: [network, { ...from, files: 'any' }] },
  })
})
