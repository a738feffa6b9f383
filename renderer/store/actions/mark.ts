import { notifyFailure } from '../app/notices.ts'

/** Marks or unmarks, and reports failures. */
export const changeMark = (change: () => Promise<unknown>): Promise<void> =>
  change().then(
    () => {},
    (error: unknown) => void notifyFailure(error),
  )
