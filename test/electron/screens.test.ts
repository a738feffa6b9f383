import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { builtPage } from '../built.ts'
import { app } from './double/app.ts'
import { session } from './double/main-process.ts'
import { openShell, type ShellUnderTest, windowTest as test } from './shell-under-test.ts'

/** The real page in the shell: it takes the port, and offers what only the desktop app can do. */
let tested: ShellUnderTest
const complaints: string[] = []

beforeAll(async () => {
  tested = await openShell({
    page: await builtPage(),
    argv: ['pristine://open?source=https://example.org/ada/shop.git&ref=main'],
  })
  await vi.waitUntil(() => tested.window().webContents.page, { timeout: 20_000 })
  shown().on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  shown().on('pageerror', (error) => complaints.push(String(error)))
}, 120_000)
afterAll(() => tested[Symbol.asyncDispose]())

const shown = () => {
  const { page } = tested.window().webContents
  if (!page) throw new Error('The window shows no page.')
  return page
}

test('it shows Home with what the engine sent through the port, without a complaint of its policy', async () => {
  await shown().getByRole('navigation').waitFor()
  await shown().getByText('No container engine was found.').first().waitFor()
  expect(complaints).toEqual([])
  expect(session.defaultSession.reached).toEqual([])
})

test('a link that started the app prefills the Open dialog, and opens nothing by itself', async () => {
  await shown().getByRole('dialog').waitFor()
  await expect
    .poll(() => shown().getByRole('dialog').getByRole('textbox').first().inputValue())
    .toBe('https://example.org/ada/shop.git')
  expect(await shown().getByRole('textbox', { name: 'Branch or tag' }).inputValue()).toBe('main')
  await shown().keyboard.press('Escape')
  expect(tested.faults).toEqual([])
  expect(app.ended).toBeUndefined()
})

test('a folder that is dropped on it prefills the Open dialog with its path', async () => {
  const folder = path.join(tested.root, 'shop')
  await mkdir(folder)
  const cdp = await shown().context().newCDPSession(shown())
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: [folder], dragOperationsMask: 1 }
    await cdp.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
  }
  await expect
    .poll(() => shown().getByRole('dialog').getByRole('textbox').first().inputValue())
    .toBe('/dropped/shop')
  expect(complaints).toEqual([])
})
