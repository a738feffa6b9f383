import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

const STACK = {
  'compose.yaml': [
    'services:',
    '  web:',
    '    image: busybox:1.36',
    '    command: busybox httpd -f -p 8080 -h /etc',
    '    environment: { GREETING: hello }',
    '    env_file: web.env',
    '  db:',
    '    image: busybox:1.36',
    '    command: sleep 98765',
    '    user: "33"',
    '    volumes: ["data:/data:ro"]',
    'volumes: { data: }',
    '',
  ].join('\n'),
  'web.env': 'PASSWORD=canary-password-74\n',
  '.devcontainer/devcontainer.json': JSON.stringify({
    dockerComposeFile: '../compose.yaml',
    service: 'web',
    overrideCommand: false,
  }),
}

story(
  'what runs: processes, variables, mounts and labels of each service, and what is left when it stops',
  async () => {
    await using desk = await openDesk({ ownBrowser: true })
    const project = await environmentOn(desk, 'story runs', STACK)
    await project.up()
    const page = await desk.open()
    await project.show(page, 'overview')
    await page.getByRole('link', { name: 'What runs' }).click()
    const part = (name: string) => page.getByRole('region', { name, exact: true })
    const process = (command: string) =>
      part('Processes')
        .getByRole('row')
        .filter({ has: page.getByText(command, { exact: true }) })
    const server = process('busybox httpd -f -p 8080 -h /etc')
    await server.getByText('root').waitFor()
    await part('web').getByText('CPU').waitFor()
    await part('Environment variables').getByText('hello').waitFor()
    const password = part('Environment variables').getByRole('listitem').filter({ hasText: 'PASSWORD' })
    await password.getByText('not shown: it comes from this computer').waitFor()
    expect(await page.getByText('canary-password-74').count()).toBe(0)
    await part('Labels').getByText('dev.pristine.version').waitFor()
    expect(await violations(page)).toEqual([])

    // What is started is seen by itself.
    await project.exec('sleep 87654 >/dev/null 2>&1 &')
    await process('sleep 87654').waitFor()

    const filter = page.getByRole('searchbox', { name: 'Filter' })
    await filter.fill('HTTPD')
    await process('sleep 87654').waitFor({ state: 'detached' })
    await server.waitFor()
    await part('Environment variables').getByText('Nothing here matches the filter.').waitFor()
    await filter.press('Escape')
    await process('sleep 87654').waitFor()

    await page.getByRole('button', { name: 'Copy GREETING' }).click()
    await page.getByText('Copied').first().waitFor()
    expect(await desk.pasted()).toBe('hello')

    await page.getByRole('combobox', { name: 'Service' }).selectOption('db')
    await process('sleep 98765').getByText('www-data').waitFor()
    await part('Mounts').getByText('read-only').waitFor()
    expect(await part('Environment variables').getByText('GREETING').count()).toBe(0)

    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('heading', { name: 'Nothing runs at the moment' }).waitFor()
    await part('Processes').waitFor({ state: 'detached' })
    await part('Mounts').getByText('/data').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Start', exact: true }).last().click()
    await process('sleep 98765').waitFor()
    expect(desk.complaints).toEqual([])
  },
)
