import type { Flavor } from '../../../model/flavor.ts'
import { canonicalGlob, matchesGlob } from './glob.ts'

/**
 * One condition that a flavor must meet. Both forms, as typed and as stored, are described in
 * `docs/reference/requirements.md`: `parse-requirement.ts` reads what users type, `readRequirement` below what is stored.
 *
 * Units are Nova's: ram and swap in MiB, disk and ephemeral in GiB; ram/vcpus in MiB per vCPU, disk/ram in GiB per GiB. The
 * value of a name is a pattern (`glob.ts`).
 */
export type Requirement = Readonly<{
  subject: { property: Property } | { extraSpec: string }
  operator: Operator
  value: number | string
}>

const comparisons = {
  '>=': (actual: number | string, value: number | string) => actual >= value,
  '<=': (actual: number | string, value: number | string) => actual <= value,
  '=': (actual: number | string, value: number | string) => actual === value,
}

export type Operator = keyof typeof comparisons
export const operators = Object.keys(comparisons) as readonly Operator[]

/** The units in which a size can be typed, in MiB. */
export const sizeUnits = { MiB: 1, GiB: 1024, TiB: 1024 ** 2 } as const

/** A property that is compared with a number. */
type NumberFacts = Readonly<{
  kind: 'number'
  says: string
  /** The unit in which values are shown. */
  unit: string
  /** The unit in which a size is stored. Undefined for properties that are typed without a unit. */
  sizeIn?: keyof typeof sizeUnits
  /** True when Nova has whole numbers only: no flavor could ever equal a fraction. */
  isWhole: boolean
  of(flavor: Flavor): number | undefined
}>

/** A property that is compared with a pattern. */
type TextFacts = Readonly<{ kind: 'text'; says: string; of(flavor: Flavor): string }>

const ratio = (over: number, under: number) => (under === 0 ? undefined : over / under)

const propertyFacts = {
  vcpus: { kind: 'number', says: 'virtual CPUs', unit: 'vCPU', isWhole: true, of: f => f.vcpus },
  ram: { kind: 'number', says: 'memory', unit: 'MiB', sizeIn: 'MiB', isWhole: true, of: f => f.ramMb },
  disk: { kind: 'number', says: 'root disk', unit: 'GiB', sizeIn: 'GiB', isWhole: true, of: f => f.diskGb },
  ephemeral: {
    kind: 'number',
    says: 'ephemeral disk',
    unit: 'GiB',
    sizeIn: 'GiB',
    isWhole: true,
    of: f => f.ephemeralGb,
  },
  swap: { kind: 'number', says: 'swap space', unit: 'MiB', sizeIn: 'MiB', isWhole: true, of: f => f.swapMb },
  'ram/vcpus': {
    kind: 'number',
    says: 'memory for each virtual CPU',
    unit: 'MiB per vCPU',
    sizeIn: 'MiB',
    isWhole: false,
    of: f => ratio(f.ramMb, f.vcpus),
  },
  'disk/ram': {
    kind: 'number',
    says: 'root disk for each GiB of memory',
    unit: 'GiB per GiB',
    isWhole: false,
    of: f => ratio(f.diskGb, f.ramMb / 1024),
  },
  name: { kind: 'text', says: 'name', of: f => f.name },
} satisfies Readonly<Record<string, NumberFacts | TextFacts>>

export type Property = keyof typeof propertyFacts

/**
 * All properties that can be compared. Both readers, the grammar and the table in the reference are generated from this.
 */
export const properties: Readonly<Record<Property, NumberFacts | TextFacts>> = propertyFacts
export const propertyNames = Object.keys(properties) as readonly Property[]

const isNumber = (entry: [string, NumberFacts | TextFacts]): entry is [Property, NumberFacts] =>
  entry[1].kind === 'number'
const isText = (entry: [string, NumberFacts | TextFacts]): entry is [Property, TextFacts] => entry[1].kind === 'text'

/** Those that are compared with a number, and those that are compared with a pattern, each with its name. */
export const numberProperties = Object.entries(properties).filter(isNumber)
export const textProperties = Object.entries(properties).filter(isText)

const oneOf = (texts: readonly string[]) => texts.map(text => RegExp.escape(text)).join('|')

const shape = new RegExp(
  String.raw`^(?:(?<property>${oneOf(propertyNames)})|extra_specs\[(?<key>[^\]]+)\])(?<operator>${oneOf(operators)})(?<value>.+)$`,
  'u',
)

/** True when a text is the canonical spelling of a number: as a double prints it, without sign and exponent. */
export const isCanonicalNumber = (text: string): boolean => /^[0-9.]+$/.test(text) && String(Number(text)) === text

/** Reads a stored requirement. Undefined for a text that is not exactly canonical; it then refuses every flavor. */
export function readRequirement(text: string): Requirement | undefined {
  const groups = shape.exec(text)?.groups
  if (!groups) return undefined
  const operator = groups.operator as Operator
  const value = groups.value!
  const isNumber = isCanonicalNumber(value)
  if (groups.key !== undefined) {
    if (!isNumber && operator !== '=') return undefined
    return { subject: { extraSpec: groups.key }, operator, value: isNumber ? Number(value) : value }
  }
  const property = groups.property as Property
  if (properties[property].kind === 'text')
    return operator === '=' && value === canonicalGlob(value) ? { subject: { property }, operator, value } : undefined
  return isNumber ? { subject: { property }, operator, value: Number(value) } : undefined
}

/** Prints the canonical spelling of a requirement, in which it is stored. */
export const printRequirement = ({ subject, operator, value }: Requirement): string =>
  `${'property' in subject ? subject.property : `extra_specs[${subject.extraSpec}]`}${operator}${value}`

/** The facts about the property that a requirement compares; undefined for an extra spec. */
const factsOf = ({ subject }: Requirement) => ('property' in subject ? properties[subject.property] : undefined)

export function unitOf(requirement: Requirement): string | null {
  const facts = factsOf(requirement)
  return facts?.kind === 'number' ? facts.unit : null
}

/**
 * Returns the value of the flavor that the requirement compares; null if there is none (no such extra spec, or zero vCPUs
 * to divide by).
 */
export function actualValue({ subject, value }: Requirement, flavor: Flavor): number | string | null {
  if ('property' in subject) return properties[subject.property].of(flavor) ?? null
  if (!Object.hasOwn(flavor.extraSpecs, subject.extraSpec)) return null
  const spec = flavor.extraSpecs[subject.extraSpec]!
  return typeof value === 'number' && spec.trim() !== '' && Number.isFinite(Number(spec)) ? Number(spec) : spec
}

/** True when the flavor meets the requirement. A flavor without the property does not meet it. */
export function isMet(requirement: Requirement, flavor: Flavor): boolean {
  const actual = actualValue(requirement, flavor)
  const { operator, value } = requirement
  if (factsOf(requirement)?.kind === 'text') return matchesGlob(String(value), String(actual))
  return actual !== null && typeof actual === typeof value && comparisons[operator](actual, value)
}

/** Returns what a stored requirement compares with a pattern, in words; undefined if it compares something else. */
export function comparedText(text: string): string | undefined {
  const requirement = readRequirement(text)
  const facts = requirement && factsOf(requirement)
  return facts?.kind === 'text' ? facts.says : undefined
}
