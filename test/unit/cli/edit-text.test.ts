import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { editText } from '../../../app/cli/edit-text.ts'

const edit = (EDITOR?: string) => editText({ ...process.env, VISUAL: '', EDITOR }, 'layer.jsonc', 'before')

test('an editor gets a file that only the person can read, and what it saved is the text', async () => {
  const edited = await edit('f() { stat -c %a "$1" >"$1.mode"; printf after >"$1"; }; f')
  expect(edited.text).toBe('after')
  expect(await readFile(`${edited.file}.mode`, 'utf8')).toBe('600\n')
  await edited.remove()
  expect(existsSync(edited.file)).toBe(false)
})

test('without an editor, and with one that fails, nothing is changed', async () => {
  await expect(edit()).rejects.toMatchObject({
    code: 'layer-unchanged',
    why: 'Neither VISUAL nor EDITOR is set.',
  })
  await expect(edit('exit 3; :')).rejects.toMatchObject({
    code: 'layer-unchanged',
    why: 'The editor "exit 3; :" ended with 3.',
  })
})
