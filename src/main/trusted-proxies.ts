import { BlockList, isIP } from 'node:net'
import { type Config, placesInWords } from '../config/config.ts'
import { Fault } from '../model/fault.ts'

type Settings = Pick<Config, 'heedsProxy' | 'trustedProxies' | 'places'>

/** Returns whether the headers of the peer of a connection are trusted. Throws a Fault for an invalid entry. */
export function trustedProxies(config: Settings): (peer: string) => boolean {
  const { heedsProxy, trustedProxies: entries } = config
  const list = new BlockList()
  for (const entry of entries) if (entry !== any) add(list, entry, placesInWords(config))
  if (!heedsProxy) return () => false
  if (entries.includes(any)) return () => true
  return peer => isIP(peer) !== 0 && list.check(peer, familyOf(peer))
}

const any = '*'

/** IPv4 addresses that are mapped into IPv6 match the IPv4 entries: Node compares them so. */
const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

function add(list: BlockList, entry: string, place: string): void {
  const [address = '', prefix, ...more] = entry.split('/')
  const bitsMax = isIP(address) === 4 ? 32 : 128
  const bits = prefix === undefined ? bitsMax : Number(prefix)
  const isValid = isIP(address) !== 0 && /^\d{1,3}$/.test(prefix ?? '0') && bits <= bitsMax && more.length === 0
  if (!isValid)
    throw new Fault(
      `${place}: [trovets] trusted_proxies: '${entry}' is not valid. Use addresses and networks such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32, or '*' for all.`,
    )
  list.addSubnet(address, bits, familyOf(address))
}
