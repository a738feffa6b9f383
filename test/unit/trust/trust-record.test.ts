import { expect, test } from 'vitest'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { readTrust, recordClone, recordOf } from '../../../main/trust/trust-record.ts'
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

test('what is below a clone, and its worktrees, are of a clone also without the mark that code inside can remove', async () => {
  await using all = await scratch({
    'own/.git/HEAD': '',
    'shop/.git/HEAD': '',
    'shop/app/a': '',
    'shop/sub/.git/HEAD': '',
  })
  await all.write('tree/.git', `gitdir: ${all.at('shop/.git/worktrees/tree')}\n`)
  await all.write('shop/.git/worktrees/tree/commondir', '../..\n')
  const host = { home: openHome({ PRISTINE_HOME: all.at('home') }) }
  const open = (name: string) => openProject(all.at(name), host.home)
  await recordClone(host, (await open('shop')).key, 'https://git.example.org/shop')
  for (const name of ['shop/app', 'shop/sub', 'tree'])
    expect(await recordOf(host, await open(name))).toEqual({ clone: { url: '' } })
  expect(await recordOf(host, await open('own'))).toBe(undefined)
})
