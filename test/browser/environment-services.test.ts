import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

const STACK = {
  'compose.yaml': [
    'services:',
    '  web:',
    '    image: busybox:1.36',
    "    command: sh -c 'echo web began; exec busybox httpd -f -p 8080 -h /etc'",
    '    ports: ["8080"]',
    '    depends_on: { db: { condition: service_healthy } }',
    '  db:',
    '    image: busybox:1.36',
    "    command: sh -c 'echo db began; exec sleep 100000'",
    '    healthcheck: { test: ["CMD", "true"], interval: 1s }',
    '',
  ].join('\n'),
  '.devcontainer/devcontainer.json': JSON.stringify({
    dockerComposeFile: '../compose.yaml',
    service: 'web',
    overrideCommand: false,
  }),
}

story('services are listed with state and ports; logs, terminals and drift are of one or all', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story services', STACK)
  await project.up()
  await project.exec('echo mess > /etc/mess')
  const page = await desk.open()
  await project.show(page, 'overview')
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await row('db').getByText('healthy').waitFor()
  await row('web').getByText('you work here').waitFor()
  await row('web')
    .getByText(/8080 → 127\.0\.0\.1:\d+/)
    .waitFor()
  await row('db').getByText('no published ports').waitFor()
  expect(await violations(page)).toEqual([])

  const choice = page.getByRole('combobox', { name: 'Service' })
  await project.show(page, 'logs')
  await page.getByText(/^web +│ web began/).waitFor()
  await page.getByText(/^db +│ db began/).waitFor()
  await choice.selectOption('db')
  await page.getByText('db began', { exact: true }).waitFor()
  expect(await page.getByText(/web began/).count()).toBe(0)

  await project.show(page, 'terminal')
  await choice.selectOption('db')
  await page.getByRole('button', { name: 'Open terminal' }).click()
  const rows = page.locator('.xterm-rows')
  await rows.getByText(/#\s*$/).first().waitFor()
  await page.keyboard.type('ls /etc/mess\n')
  await rows.getByText(/No such file/).waitFor()
  await page.getByRole('button', { name: 'Terminal 1 · db' }).waitFor()
  expect(await violations(page)).toEqual([])

  await project.show(page, 'drift')
  await page.getByText('/etc/mess').first().waitFor()
  await choice.selectOption('db')
  await page.getByRole('heading', { name: 'No drift' }).waitFor()
  expect(await violations(page)).toEqual([])
  expect(desk.complaints).toEqual([])
})
