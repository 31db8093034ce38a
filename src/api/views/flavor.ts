import type { Flavor } from '../../model/flavor.ts'
import { type LinkBase, links } from './links.ts'

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

/**
 * The `id` is an integer where the flavor's id is all digits without a leading zero, else null; `str_id` is always the
 * id (trove@4cdc0cd flavor/views.py:29). Written digit by digit, so that ids beyond 2^53 stay exact.
 */
const numericId = (id: string) => (/^[1-9][0-9]*$/.test(id) || id === '0' ? JSON.rawJSON(id) : null)

export const flavorView = (base: LinkBase, flavor: Flavor) => ({
  id: numericId(flavor.id),
  links: links(base, 'flavors', flavor.id),
  name: flavor.name,
  ram: flavor.ramMb,
  vcpus: flavor.vcpus,
  disk: flavor.diskGb,
  ephemeral: flavor.ephemeralGb,
  str_id: flavor.id,
})

export const flavorsView = (base: LinkBase, flavors: readonly Flavor[]) => ({
  flavors: flavors.map(flavor => flavorView(base, flavor)),
})
