import { type ClientContext, type ClientLink, createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../../shared/contract.ts'
import type { desktopContract } from '../../shared/desktop.ts'
import { transportNow } from './connection.ts'
import { connectionLost, toFailure } from './failure.ts'
import { isDesktop } from './port-transport.ts'

/** Goes through whichever connection there is; every failure is a `ProductFailure`. */
const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const transport = await transportNow()
    try {
      return await transport.link.call(path, input, options)
    } catch (error) {
      if (options.signal?.aborted) throw error
      throw transport.closed ? connectionLost(error) : toFailure(error)
    }
  },
}

/** The engine. Screens do not know whether it is reached through a socket or a port. */
export const client: ContractRouterClient<typeof contract> = createORPCClient(link)

/** What only the desktop app can do; undefined in a browser. */
export const desktop: ContractRouterClient<typeof desktopContract> | undefined = isDesktop
  ? createORPCClient(link, { path: ['desktop'] })
  : undefined
