import { app } from 'electron'

/** In milliseconds: the engine's work is cancelled when the app ends; it is not waited for longer than this. */
const LONGEST = 10_000

/** Lets work come to its end before the app does: what is cancelled in the middle of a swap is put back first. */
export function shutDownAfter(close: () => Promise<void>, fault: (error: unknown) => void): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('will-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    void within(LONGEST, close())
      .catch(fault)
      .finally(() => {
        state = 'closed'
        app.quit()
      })
  })
}

/** Waits for work, but no longer than so many milliseconds. */
async function within(time: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, time)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
