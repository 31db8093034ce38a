import type { NamedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import { toldReasons, type Verdict } from '../../model/verdict.ts'
import type { JudgedFlavor } from '../../rules/allowed/flavor/decide.ts'
import { reasonData } from '../../rules/allowed/flavor/reason-data.ts'
import { reasonsWords } from '../../rules/allowed/flavor/refusals.ts'
import { type LinkBase, links } from '../links.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

declare global {
  interface JSON {
    /** Returns a value that `JSON.stringify` writes as these digits. */
    rawJSON(digits: string): number
  }
}

/**
 * The `id` is an integer if the flavor's id consists of digits without a leading zero, otherwise null; `str_id` is
 * always the id (trove@4cdc0cd flavor/views.py:29). The digits are written as they are, so that ids beyond 2^53 stay
 * exact.
 */
const numericId = (id: string) => (/^[1-9][0-9]*$/.test(id) || id === '0' ? JSON.rawJSON(id) : null)

export const flavorView = (base: LinkBase, flavor: Flavor): View<typeof schemas.flavor> => ({
  id: numericId(flavor.id),
  links: links(base, 'flavors', flavor.id),
  name: flavor.name,
  ram: flavor.ramMb,
  vcpus: flavor.vcpus,
  disk: flavor.diskGb,
  ephemeral: flavor.ephemeralGb,
  str_id: flavor.id,
})

export const flavorsView = (base: LinkBase, flavors: readonly Flavor[]): View<typeof schemas.replies.flavors> => ({
  flavors: flavors.map(flavor => flavorView(base, flavor)),
})

/**
 * Reasons with the level `audit` are not for tenants. `message` is the strictest reasons as text, or null if there are none.
 *
 * @param named the datastore version of the verdict
 */
export const verdictView = (
  { allowed, reasons }: Verdict,
  named: NamedVersion | undefined,
): View<typeof schemas.verdict> => ({
  allowed,
  reasons: reasons.filter(({ level }) => level !== 'audit').map(reasonData),
  message: toldReasons({ reasons }).length === 0 ? null : reasonsWords(toldReasons({ reasons }), named),
})

export const judgedFlavorView = (
  base: LinkBase,
  { flavor, verdict }: JudgedFlavor,
  named: NamedVersion | undefined,
): View<typeof schemas.judgedFlavor> => ({
  ...flavorView(base, flavor),
  verdict: verdictView(verdict, named),
})
