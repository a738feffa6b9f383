import { notify, notifyFailure } from './notices.ts'

/** Copies a text. A failure is reported. Returns whether the text was copied. */
export const copyText = (text: string): Promise<boolean> =>
  navigator.clipboard.writeText(text).then(
    () => true,
    (error: unknown) => {
      notifyFailure(error)
      return false
    },
  )

/** The same from a menu, which closes and cannot confirm it itself: a notice says `done`. */
export async function copyFromMenu(text: string, done: string): Promise<void> {
  if (await copyText(text)) notify({ tone: 'good', text: done })
}
