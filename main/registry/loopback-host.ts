import { lookup as resolveName } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/**
 * Addresses that lead to this computer alone, or to what its network gives to it alone, as the address at which a cloud's
 * computers read their credentials: whoever answers there trusts whoever asks. IPv4 addresses count in IPv6, too.
 */
const OWN = new BlockList()
OWN.addSubnet('127.0.0.0', 8)
OWN.addSubnet('0.0.0.0', 8)
OWN.addSubnet('169.254.0.0', 16)
OWN.addAddress('::1', 'ipv6')
OWN.addAddress('::', 'ipv6')
OWN.addSubnet('fe80::', 10, 'ipv6')

const isOwn = (address: string): boolean => OWN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Whether the host of an address (`URL.hostname`) is this computer by its text, without asking for a name. */
export function isThisComputer(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return isIP(host) === 0 ? /^(?:.*\.)?localhost$/.test(host) : isOwn(host)
}

/** Looks a name up, and fails for `host` if that turns out to be this computer. Other names, as of a proxy, are free. */
export const elsewhere =
  (host: string): LookupFunction =>
  (name, options, done) =>
    resolveName(name, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address)
      if (error || name !== host || !addresses.some(isOwn)) return done(error, found, family)
      done(new Error(`${host} is on this computer`), found, family)
    })
