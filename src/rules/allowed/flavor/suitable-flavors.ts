import type { Flavor } from '../../../model/flavor.ts'

export const hardwareWords = (f: Flavor) => `${f.vcpus} vCPU, ${f.ramMb} MiB RAM, ${f.diskGb} GiB disk`

const shownMax = 5
/** As many are listed as data. */
export const dataMax = 50

/** Names flavors against which no rule speaks; if there are none, those that are admitted with a warning. */
export function suitableFlavors({ allowed, warned }: SuitableFlavors): string {
  const whole = allowed.filter(({ id }) => !warned?.has(id))
  const shown = firstOf(whole.length > 0 ? whole : allowed, f => `${f.name} (${f.id}: ${hardwareWords(f)})`)
  if (allowed.length === 0) return 'None of the flavors available to your project is suitable.'
  return whole.length > 0
    ? `Suitable flavors: ${shown}.`
    : `No flavor is suitable without a warning. Admitted with a warning: ${shown}.`
}

/** `allowed`: smallest first. `warned`: the ids of those that are allowed with a warning. */
export type SuitableFlavors = Readonly<{ allowed: readonly Flavor[]; warned?: ReadonlySet<string> }>

export function firstOf(flavors: readonly Flavor[], words: (flavor: Flavor) => string): string {
  const shown = flavors.slice(0, shownMax).map(words).join(', ')
  return flavors.length > shownMax ? `${shown}, and ${flavors.length - shownMax} more` : shown
}
