import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { askRegistry, checkPins } from '../../main/verbs/check-pins.ts'
import { publishFeature } from '../rig/publish-feature.ts'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

/** Without it, features of registries are left out: the registry of an engine that is not ours lets nobody write. */
const REGISTRY = process.env['PRISTINE_RIG_REGISTRY'] ?? ''
const INSTALL = { 'install.sh': '#!/bin/sh\ntrue\n' }
const OPTIONS = { version: { type: 'string', default: 'latest' }, docs: { type: 'boolean', default: false } }
const release = (version: string) => ({
  metadata: { id: 'tool', version, options: OPTIONS },
  files: { 'install.sh': `#!/bin/sh\necho ${version} >/tool\n` },
})

story('the overview shows the features of the version that runs, and newer releases', async () => {
  await using desk = await openDesk({ ownBrowser: true })
  const own = `own-${randomBytes(4).toString('hex')}/tool`
  const reference = `${REGISTRY}/${own}:1`
  const digest = REGISTRY && (await publishFeature(REGISTRY, own, release('1.2.0')))
  const files = webProject('story features')
  const definition = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '') as object
  const project = await environmentOn(desk, 'story features', {
    ...files,
    '.devcontainer/devcontainer.json': JSON.stringify({
      ...definition,
      portsAttributes: { 8080: { protocol: 'https' } },
      features: { './motd': {}, ...(REGISTRY && { [reference]: { version: '20', docs: false } }) },
    }),
    '.devcontainer/motd/devcontainer-feature.json': JSON.stringify({ id: 'motd' }),
    '.devcontainer/motd/install.sh': INSTALL['install.sh'],
  })
  await project.up()
  const page = await desk.open()
  await project.show(page, 'overview')
  await page.getByText('8080 → https://127.0.0.1:').waitFor()
  const card = page.getByRole('region', { name: 'Features' })
  await card.getByText('.devcontainer/motd').waitFor()
  if (REGISTRY) {
    await card.getByText('1.2.0').waitFor()
    await card.getByTitle(digest).waitFor()
    expect(await card.getByRole('list', { name: 'Options of tool' }).textContent()).toBe('version 20')
    expect(await card.getByText('newer available').count()).toBe(0)

    await publishFeature(REGISTRY, own, release('1.3.0'))
    const host = openHost(desk.env)
    await checkPins(host, await openProject(project.folder), askRegistry(host), new AbortController().signal)
    await card.getByText('newer available').waitFor()
  }
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 700, height: 900 })
  const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  expect(await isWider()).toBe(false)

  if (REGISTRY) {
    await desk.allowClipboard()
    await tabTo(page, 'Copy the digest of tool')
    await page.keyboard.press('Enter')
    await card.getByText('Copied').first().waitFor()
    expect(await desk.pasted()).toBe(digest)
  }

  await project.show(page, 'definition')
  await page.getByRole('button', { name: 'Copy the pin of busybox:1.36' }).waitFor()
  expect(await violations(page)).toEqual([])
  expect(desk.complaints).toEqual([])
})
