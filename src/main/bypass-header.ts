import { Fault } from '../model/fault.ts'

/** Names that clients, proxies and OpenStack use: such a header is no reason for a bypass, and Trove needs it. */
const used =
  /^(?:accept|authorization|connection|cookie|expect|host|te|trailer|upgrade|user-agent|(?:accept|content|transfer|x-auth|x-openstack|x-service|x-storage)-.*|(?:x-)?forwarded.*)$/i

/** Returns the name of the header with which an admin can bypass a refusal. Throws a Fault for an unusable name. */
export function bypassHeader(name: string | undefined, place: string): string | undefined {
  if (name === undefined || (/^[A-Za-z0-9-]+$/.test(name) && !used.test(name))) return name
  throw new Fault(
    `${place}: [trovets] bypass_header: '${name}' is not valid. Use a name of letters, digits and hyphens that no other header has, such as X-Bypass-Reason.`,
  )
}
