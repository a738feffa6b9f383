import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import { toProductError } from '../../shared/errors.ts'
import { sanitize } from '../../shared/sanitize.ts'

const box = (window: BrowserWindow | undefined, options: MessageBoxOptions) =>
  window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options)

/** Asks for one thing; what is focused, and what Escape means, is Cancel. */
export async function confirm(
  window: BrowserWindow | undefined,
  { message, detail, action }: { message: string; detail: string; action: string },
): Promise<boolean> {
  const buttons = ['Cancel', action]
  const { response } = await box(window, {
    type: 'question',
    message,
    detail,
    buttons,
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  return response === 1
}

export async function inform(
  window: BrowserWindow | undefined,
  message: string,
  detail: string,
): Promise<void> {
  await box(window, { type: 'info', message, detail, buttons: ['OK'] })
}

/** Shows what went wrong, why, and what to do. */
export async function showFailure(window: BrowserWindow | undefined, error: unknown): Promise<void> {
  const { message, why, hint } = sentences(error)
  await box(window, {
    type: 'error',
    message: sanitize(message),
    detail: `${why}\n\n${hint}`,
    buttons: ['OK'],
  })
}

/** An error of the engine's contract carries its report; any other is made one. */
function sentences(error: unknown): { message: string; why: string; hint: string } {
  const data =
    error instanceof Error && 'code' in error && error.code === 'PRODUCT' && 'data' in error && error.data
  return data ? (data as { message: string; why: string; hint: string }) : toProductError(error)
}

/** A folder that the person chose, or null. */
export async function chooseFolder(window: BrowserWindow | undefined): Promise<string | null> {
  const options = { title: 'Open a project', properties: ['openDirectory', 'createDirectory'] as const }
  const given = { ...options, properties: [...options.properties] }
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, given)
    : dialog.showOpenDialog(given))
  return canceled ? null : (filePaths[0] ?? null)
}
