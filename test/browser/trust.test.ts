import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { COMMAND_LINE } from '../built.ts'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { webProject } from './web-project.ts'

story(
  'going back to a version that reaches more shows what it asks for, and is done with the grant',
  async () => {
    await using desk = await openDesk({ start: false })
    const files = webProject('trust to go back')
    const folder = await desk.project('back', files)
    const pristine = (...args: string[]) =>
      promisify(execFile)(process.execPath, [COMMAND_LINE, '-C', folder, ...args], {
        env: desk.env as NodeJS.ProcessEnv,
      })
    await pristine('up')
    const plain = files['.devcontainer/devcontainer.json'] ?? ''
    const wide = { ...JSON.parse(plain), mounts: ['source=/usr/share,target=/share,type=bind,readonly'] }
    await desk.project('back', { '.devcontainer/devcontainer.json': JSON.stringify(wide) })
    const sheet = JSON.parse((await pristine('trust', '--show', '--json')).stdout)
    await pristine('up', '--trust', sheet.trust.fingerprint)
    await desk.project('back', { '.devcontainer/devcontainer.json': plain })
    await pristine('up')
    await pristine('trust', '--revoke')
    await desk.startServer()
    const page = await desk.open()
    await page.getByRole('link', { name: 'back', exact: true }).click()
    await page.getByText('Ready · v1').first().waitFor()
    await page.getByRole('link', { name: 'Versions', exact: true }).click()
    await page.getByRole('button', { name: 'Reset to this… (v2)' }).click()
    await page.getByRole('button', { name: 'Reset environment' }).click()
    const dialog = page.getByRole('dialog', { name: 'back asks for more' })
    await dialog.getByText('/usr/share').waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Trust and start' }).click()
    await page.getByText(/^Reset to v2 in/).waitFor()
    expect(desk.complaints).toEqual([])
  },
)
