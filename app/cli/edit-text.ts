import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { shellWord } from '../../shared/shell-word.ts'

/** What a person made of a text, in a file of their own that stays until it is disposed of. */
export interface EditedText {
  text: string
  file: string
  remove(): Promise<void>
}

/**
 * Opens a text in the person's editor ($VISUAL, else $EDITOR), on this process's terminal, and waits until that has
 * ended. `name` is the file's name. Errors: `layer-unchanged` when there is no editor, or it fails.
 */
export async function editText(
  env: Record<string, string | undefined>,
  name: string,
  text: string,
): Promise<EditedText> {
  const editor = env['VISUAL'] || env['EDITOR']
  if (!editor) throw productError('layer-unchanged', { problem: 'Neither VISUAL nor EDITOR is set.' })
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-'))
  const file = path.join(folder, name)
  const remove = () => rm(folder, { recursive: true, force: true })
  await writeFile(file, text, { mode: 0o600 })
  const problem = await new Promise<string | undefined>((resolve) => {
    const child = spawn(`${editor} ${shellWord(file)}`, { shell: true, stdio: 'inherit', env })
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : `The editor "${editor}" ended with ${code}.`),
    )
  })
  if (problem !== undefined) {
    await remove()
    throw productError('layer-unchanged', { problem })
  }
  return { text: await readFile(file, 'utf8'), file, remove }
}
