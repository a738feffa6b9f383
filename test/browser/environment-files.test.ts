import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

const FILES = {
  Dockerfile: [
    'FROM busybox:1.36',
    "RUN mkdir -p /opt/tool && printf 'colour=blue\\nsize=2\\n' > /opt/tool/settings",
    'CMD ["sleep", "100000"]',
    '',
  ].join('\n'),
  '.devcontainer/devcontainer.json': JSON.stringify({
    build: { dockerfile: '../Dockerfile' },
    mounts: ['source=notes,target=/notes,type=volume'],
  }),
}

story(
  'files: what drifted is found and compared, a file is saved, and another one put into a folder',
  async () => {
    await using desk = await openDesk({ ownBrowser: true })
    const project = await environmentOn(desk, 'story files', FILES)
    await project.up()
    await project.exec(
      `sed -i s/blue/red/ /opt/tool/settings; mkdir -p /var/far/away; echo light > /var/far/away/lantern.txt; mkfifo /opt/tool/pipe; echo kept > /notes/first.txt; echo '<b>x</b>' > "/notes/$(printf '\\033[31ma\\nb')"`,
    )
    const page = await desk.open()
    const tree = page.getByRole('tree', { name: 'Files' })
    const item = (name: string | RegExp) => tree.getByRole('treeitem', { name })
    await project.show(page, 'drift')
    await page.getByRole('link', { name: '/opt/tool/settings' }).click()
    await item(/^settings Changed/).waitFor()
    await page.getByText('+colour=red').waitFor()

    await project.show(page, 'overview')
    await page.getByRole('link', { name: 'Files' }).click()
    await item(/^notes volume/).waitFor()
    await item(/^opt 2 changes below/).waitFor()
    const detail = (name: string) => page.getByRole('region', { name, exact: true })
    await detail('All files').waitFor()

    await page.getByRole('checkbox', { name: 'Drifted only' }).check()
    await item(/^settings Changed/).click()
    const difference = page.getByRole('region', { name: 'Difference from the image' })
    await difference.getByText('-colour=blue').waitFor()
    await difference.getByText('+colour=red').waitFor()
    await item(/^usr/).waitFor({ state: 'detached' })
    expect(await violations(page)).toEqual([])
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toBe('settings')
    expect(await readFile(await download.path(), 'utf8')).toBe('colour=red\nsize=2\n')
    await item(/^Pipe pipe Added/).click()
    await page.getByText('Pristine does not open pipes, sockets and devices.').waitFor()
    expect(await page.getByRole('button', { name: 'Download' }).count()).toBe(0)
    await page.getByRole('checkbox', { name: 'Drifted only' }).uncheck()

    // By keyboard: a name's first letters, open, further in, and back.
    await tree.focus()
    await page.keyboard.type('not')
    await detail('/notes').waitFor()
    await page.keyboard.press('ArrowRight')
    await item('first.txt').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await detail('/notes/first.txt').getByText('kept').waitFor()
    await item('\\u{1b}[31ma\\nb').click()
    await page.getByText('<b>x</b>').waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await detail('/notes').waitFor()

    const upload = async (text: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'new note.txt', mimeType: 'text/plain', buffer: Buffer.from(text) })
    await upload('from outside')
    await detail('/notes/new note.txt').getByText('from outside').waitFor()
    await page.getByText('new note.txt is in /notes.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'notes', exact: true }).click()
    await upload('again')
    const asked = page.getByRole('dialog', { name: 'Replace new note.txt?' })
    await asked.getByRole('button', { name: 'Cancel' }).click()
    await item('new note.txt').click()
    await detail('/notes/new note.txt').getByText('from outside').waitFor()
    await page.getByRole('button', { name: 'notes', exact: true }).click()
    await upload('again')
    await asked.getByRole('button', { name: 'Replace' }).click()
    await detail('/notes/new note.txt').getByText('again').waitFor()

    const filter = page.getByRole('searchbox', { name: 'Filter by name' })
    await filter.fill('FIRST')
    await item('new note.txt').waitFor({ state: 'detached' })
    await item('first.txt').waitFor()
    await filter.fill('nothing like it')
    await page.getByText('Nothing that is open matches.').waitFor()
    await filter.press('Enter')
    await page.getByText('Nothing below / has “nothing like it” in its name.').waitFor()
    await page.getByRole('button', { name: 'Back to the tree' }).click()
    // What is in no folder that was opened is found, by keyboard; the chosen folder can be searched alone.
    await filter.fill('LANTERN')
    await filter.press('Enter')
    await page.getByText('1 found', { exact: true }).waitFor()
    const found = page.getByRole('listbox', { name: 'Found files' })
    await found.getByRole('option', { name: '/var/far/away/lantern.txt' }).waitFor()
    expect(await violations(page)).toEqual([])
    await found.focus()
    await page.keyboard.press('ArrowDown')
    await detail('/var/far/away/lantern.txt').getByText('light').waitFor()
    await filter.press('Escape')
    await item(/^lantern\.txt/).waitFor()
    await page.getByRole('button', { name: 'far', exact: true }).click()
    await filter.fill('lantern')
    await page.getByRole('button', { name: 'Search /var/far' }).click()
    await page.getByText('1 found', { exact: true }).waitFor()
    await page.setViewportSize({ width: 700, height: 900 })
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(700)
    await page.setViewportSize({ width: 1280, height: 800 })

    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('heading', { name: 'Nothing runs at the moment' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Start', exact: true }).last().click()
    await item(/^notes volume/).waitFor()
    expect(desk.complaints).toEqual([])
  },
)
