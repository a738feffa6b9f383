import type { ClientContext, ClientLink } from '@orpc/client'
import type { StandardLinkPlugin } from '@orpc/client/standard'
import { ResponseValidationPlugin } from '@orpc/contract/plugins'
import { contract } from '../../shared/contract.ts'
import { desktopContract } from '../../shared/desktop.ts'

/** One connection to the engine, however it is made. */
export interface Transport {
  link: ClientLink<ClientContext>
  /** Set before anything that was asked through it fails. */
  closed: boolean
  onClose(listener: () => void): void
}

/** The token was not accepted: trying again is no use. */
export class TokenRefused extends Error {}

/** What comes from the engine, and from the desktop app, is checked against their contracts. */
export const checked = (): StandardLinkPlugin<ClientContext>[] => [
  new ResponseValidationPlugin({ ...contract, desktop: desktopContract }),
]
