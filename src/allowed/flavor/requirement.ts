import type { Flavor } from '../../model/flavor.ts'

/**
 * One thing a flavor must satisfy. The grammar of what people type and of what is stored stands in
 * `docs/reference/requirements.md`; `parse-requirement.ts` reads the one, `readRequirement` here the other.
 *
 * Units are Nova's: ram and swap in MiB, disk and ephemeral in GiB; ram/vcpus in MiB per vCPU, disk/ram in GiB per GiB.
 */
export type Requirement = Readonly<{
  subject: { property: Property } | { extraSpec: string }
  operator: Operator
  wanted: number | string
}>

export type Property = keyof typeof properties
export type Operator = '>=' | '<=' | '='

const ratio = (over: number, under: number) => (under === 0 ? undefined : over / under)

/** What can be compared; `isWhole` where Nova counts in whole units, so that another number could never be had. */
export const properties = {
  vcpus: { unit: 'vCPU', isWhole: true, of: (f: Flavor) => f.vcpus },
  ram: { unit: 'MiB', isWhole: true, of: (f: Flavor) => f.ramMb },
  disk: { unit: 'GiB', isWhole: true, of: (f: Flavor) => f.diskGb },
  ephemeral: { unit: 'GiB', isWhole: true, of: (f: Flavor) => f.ephemeralGb },
  swap: { unit: 'MiB', isWhole: true, of: (f: Flavor) => f.swapMb },
  'ram/vcpus': { unit: 'MiB per vCPU', isWhole: false, of: (f: Flavor) => ratio(f.ramMb, f.vcpus) },
  'disk/ram': { unit: 'GiB per GiB', isWhole: false, of: (f: Flavor) => ratio(f.diskGb, f.ramMb / 1024) },
} as const

const shape =
  /^(?:(?<property>vcpus|ram\/vcpus|ram|disk\/ram|disk|ephemeral|swap)|extra_specs\[(?<key>[^\]]+)\])(?<operator>>=|<=|=)(?<wanted>.+)$/u

/** Whether a text is the one spelling of a number: the one that a double prints, without sign and exponent. */
export const isCanonicalNumber = (text: string): boolean => /^[0-9.]+$/.test(text) && String(Number(text)) === text

/** Reads a stored requirement. Returns undefined for whatever is not exactly canonical: the caller refuses then. */
export function readRequirement(text: string): Requirement | undefined {
  const groups = shape.exec(text)?.groups
  if (!groups) return undefined
  const operator = groups.operator as Operator
  const wanted = groups.wanted!
  const isNumber = isCanonicalNumber(wanted)
  if (groups.key !== undefined) {
    if (!isNumber && operator !== '=') return undefined
    return { subject: { extraSpec: groups.key }, operator, wanted: isNumber ? Number(wanted) : wanted }
  }
  if (!isNumber) return undefined
  return { subject: { property: groups.property as Property }, operator, wanted: Number(wanted) }
}

/** The one spelling of a requirement, as it is stored. */
export const printRequirement = ({ subject, operator, wanted }: Requirement): string =>
  `${'property' in subject ? subject.property : `extra_specs[${subject.extraSpec}]`}${operator}${wanted}`

export const unitOf = ({ subject }: Requirement): string | null =>
  'property' in subject ? properties[subject.property].unit : null

/** What the flavor has where the requirement looks; null when it has nothing there (no such extra spec, no vCPU to divide by). */
export function actualValue({ subject, wanted }: Requirement, flavor: Flavor): number | string | null {
  if ('property' in subject) return properties[subject.property].of(flavor) ?? null
  if (!Object.hasOwn(flavor.extraSpecs, subject.extraSpec)) return null
  const spec = flavor.extraSpecs[subject.extraSpec]!
  return typeof wanted === 'number' && spec.trim() !== '' && Number.isFinite(Number(spec)) ? Number(spec) : spec
}

/** Whether the flavor satisfies the requirement. Nothing there to compare means no. */
export function isMet(requirement: Requirement, flavor: Flavor): boolean {
  const actual = actualValue(requirement, flavor)
  const { operator, wanted } = requirement
  if (actual === null || typeof actual !== typeof wanted) return false
  if (operator === '=') return actual === wanted
  return operator === '>=' ? actual >= wanted : actual <= wanted
}
