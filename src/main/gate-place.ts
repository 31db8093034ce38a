import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { type Config, placesInWords } from '../config/config.ts'
import { Fault } from '../model/fault.ts'

/** Whether a text can be the URL of the Trove behind a gate. */
export const isTroveUrl = (text: string): boolean => URL.canParse(text) && /^https?:\/\/[^/?#]+[^?#]*$/.test(text)

/** Says that this server is a gate, and in front of what; undefined if it is none. */
export function gateWords({ troveEndpoint }: Pick<Config, 'troveEndpoint'>): string | undefined {
  if (troveEndpoint === undefined || !isTroveUrl(troveEndpoint)) return undefined
  // Without the user and password that a URL can have.
  const { origin, pathname } = new URL(troveEndpoint)
  const place = `${origin}${pathname.replace(/\/$/, '')}`
  return `Gate in front of ${place}: requests that ask for hardware are checked, everything else is passed on.`
}

/** Throws a Fault if the Trove behind the gate is the gate itself: each request would be passed on without end. */
export async function refuseLoop(config: Config): Promise<void> {
  const { troveEndpoint, bindHost, bindPort } = config
  if (troveEndpoint === undefined) return
  const { hostname, port, protocol } = new URL(troveEndpoint)
  if (Number(port || (protocol === 'https:' ? 443 : 80)) !== bindPort) return
  const ours = await addressesOf(bindHost)
  const theirs = await addressesOf(hostname.replace(/^\[|\]$/g, ''))
  if (theirs.some(address => ours.includes(address)))
    throw new Fault(
      `${placesInWords(config)}: [trovets] trove_endpoint: ${hostname}:${bindPort} is the address of this server itself. Set it to the address of Trove, or choose another port with --port.`,
    )
}

/** The addresses that a host means here: of a wildcard address, all of this machine; none if the name is unknown. */
async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch(() => [])
  const isWildcard = found.some(({ address }) => address === '0.0.0.0' || address === '::')
  if (!isWildcard) return found.map(({ address }) => address)
  const own = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return ['127.0.0.1', '::1', ...own.map(({ address }) => address)]
}
