import type { Flavor } from '../../../model/flavor.ts'

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

/** How a requirement compares. */
const comparisons = {
  '>=': (actual: number | string, wanted: number | string) => actual >= wanted,
  '<=': (actual: number | string, wanted: number | string) => actual <= wanted,
  '=': (actual: number | string, wanted: number | string) => actual === wanted,
}

export type Operator = keyof typeof comparisons
export const operators = Object.keys(comparisons) as readonly Operator[]

/** The units that sizes can be typed in, in MiB. */
export const sizeUnits = { MiB: 1, GiB: 1024, TiB: 1024 ** 2 } as const

type PropertyFacts = Readonly<{
  says: string
  /** What figures are shown in. */
  unit: string
  /** For a size: the unit that it is stored in. Other figures have no units. */
  sizeIn?: keyof typeof sizeUnits
  /** Nova counts in whole units, so that another number could never be had. */
  isWhole: boolean
  of(flavor: Flavor): number | undefined
}>

const ratio = (over: number, under: number) => (under === 0 ? undefined : over / under)

const propertyFacts = {
  vcpus: { says: 'virtual CPUs', unit: 'vCPU', isWhole: true, of: f => f.vcpus },
  ram: { says: 'memory', unit: 'MiB', sizeIn: 'MiB', isWhole: true, of: f => f.ramMb },
  disk: { says: 'root disk', unit: 'GiB', sizeIn: 'GiB', isWhole: true, of: f => f.diskGb },
  ephemeral: { says: 'ephemeral disk', unit: 'GiB', sizeIn: 'GiB', isWhole: true, of: f => f.ephemeralGb },
  swap: { says: 'swap space', unit: 'MiB', sizeIn: 'MiB', isWhole: true, of: f => f.swapMb },
  'ram/vcpus': {
    says: 'memory for each virtual CPU',
    unit: 'MiB per vCPU',
    sizeIn: 'MiB',
    isWhole: false,
    of: f => ratio(f.ramMb, f.vcpus),
  },
  'disk/ram': {
    says: 'root disk for each GiB of memory',
    unit: 'GiB per GiB',
    isWhole: false,
    of: f => ratio(f.diskGb, f.ramMb / 1024),
  },
} satisfies Readonly<Record<string, PropertyFacts>>

export type Property = keyof typeof propertyFacts

/** What can be compared. Both readers, the grammar and the table in the reference are made from this. */
export const properties: Readonly<Record<Property, PropertyFacts>> = propertyFacts
export const propertyNames = Object.keys(properties) as readonly Property[]

const oneOf = (texts: readonly string[]) => texts.map(text => RegExp.escape(text)).join('|')

const shape = new RegExp(
  String.raw`^(?:(?<property>${oneOf(propertyNames)})|extra_specs\[(?<key>[^\]]+)\])(?<operator>${oneOf(operators)})(?<wanted>.+)$`,
  'u',
)

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
  return actual !== null && typeof actual === typeof wanted && comparisons[operator](actual, wanted)
}
