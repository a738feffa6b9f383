/**
 * A failure that a person may meet: what happened (`message`), why, what to do next (`hint`), and the command line's
 * exit code.
 * `exit`: 1 failed, 2 usage, 3 lock, 4 engine, 5 build, 6 not ready, 7 not trusted, 8 mismatch, 130 interrupted.
 */
export interface Entry<D> {
  message(data: D): string
  why(data: D): string
  hint(data: D): string
  exit: number
}

/** An entry of the catalogue; `D` is the data that its texts are made of. */
export const entry = <D>(e: Entry<D>): Entry<D> => e
