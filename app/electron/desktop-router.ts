import { implement } from '@orpc/server'
import { contractError } from '../../main/router/contract-errors.ts'
import { desktopContract } from '../../shared/desktop.ts'
import { productError } from '../../shared/errors.ts'
import type { DeepLinks } from './deep-links.ts'
import type { Update } from './update.ts'

export interface DesktopOptions {
  chooseFolder(): Promise<string | null>
  /** Opens an address in the person's browser; false when that is none which may be opened. */
  openAddress(address: string): Promise<boolean>
  links: DeepLinks
  update: Update
  fault(error: unknown): void
}

/** What only the desktop app can do. Only a page that was given a port reaches it; see `port.ts`. */
export function createDesktopRouter({ chooseFolder, openAddress, links, update, fault }: DesktopOptions) {
  // Validation is innermost, so that its failures are translated, too.
  const on = implement(desktopContract, {
    initialInputValidationIndex: Number.POSITIVE_INFINITY,
    initialOutputValidationIndex: Number.POSITIVE_INFINITY,
  }).use(async ({ next }) => {
    try {
      return await next()
    } catch (error) {
      throw contractError(error, fault)
    }
  })
  return on.router({
    chooseFolder: on.chooseFolder.handler(() => chooseFolder()),
    openExternal: on.openExternal.handler(async ({ input: { url } }) => {
      if (!(await openAddress(url))) throw productError('address-refused', { address: url })
    }),
    links: on.links.handler(({ signal }) => links.watch(signal ?? new AbortController().signal)),
    update: {
      watch: on.update.watch.handler(({ signal }) => update.watch(signal ?? new AbortController().signal)),
      install: on.update.install.handler(() => update.install()),
    },
  })
}

export type DesktopRouter = ReturnType<typeof createDesktopRouter>
