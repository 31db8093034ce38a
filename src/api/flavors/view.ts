import type { NamedVersion } from '../../model/datastore-version.ts'
import type { Flavor } from '../../model/flavor.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { JudgedFlavor } from '../../rules/allowed/flavor/decide.ts'
import { reasonsWords } from '../../rules/allowed/flavor/refusals.ts'
import { type LinkBase, links } from '../links.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

declare global {
  interface JSON {
    /** Stands for the number that it writes. */
    rawJSON(digits: string): number
  }
}

/**
 * The `id` is an integer where the flavor's id is all digits without a leading zero, else null; `str_id` is always the
 * id (trove@4cdc0cd flavor/views.py:29). Written digit by digit, so that ids beyond 2^53 stay exact.
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
 * `message` says the reasons in words; null where nothing speaks against the flavor.
 *
 * @param named the datastore version that judged
 */
export const verdictView = (
  { allowed, reasons }: Verdict,
  named: NamedVersion | undefined,
): View<typeof schemas.verdict> => ({
  allowed,
  reasons,
  message: reasons.length === 0 ? null : reasonsWords(reasons, named),
})

export const judgedFlavorView = (
  base: LinkBase,
  { flavor, verdict }: JudgedFlavor,
  named: NamedVersion | undefined,
): View<typeof schemas.judgedFlavor> => ({
  ...flavorView(base, flavor),
  verdict: verdictView(verdict, named),
})
