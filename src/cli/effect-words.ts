import type { PolicyEffect } from '../operations/flavors/policy-effect.ts'
import type { VolumeTypeEffect } from '../operations/volume-types/associate-volume-types.ts'

/** `done`: the change was made. `would`: it was only tried, with --dry-run. */
export type Mood = 'done' | 'would'

/** A sentence, or a part of one, in both moods. Each command prints the same entries, whether it changes something or not. */
type Words<Facts extends readonly unknown[] = []> = Readonly<Record<Mood, (...facts: Facts) => string>>

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** What a command does to the things that it names, at the beginning of a sentence. */
export const verbs = {
  add: { done: 'Added', would: 'Would add' },
  delete: { done: 'Deleted', would: 'Would delete' },
  set: { done: 'Set', would: 'Would set' },
} as const satisfies Readonly<Record<string, Readonly<Record<Mood, string>>>>

/** The flavors that a version accepts when no list restricts it. */
export const everyFlavor = (hasRequirements: boolean): string =>
  hasRequirements ? 'every flavor that meets its requirements' : 'every flavor'

const firstAssociation: Words<[every: string]> = {
  done: every => `This is the first association: until now, the version accepted ${every}.`,
  would: every => `This would be the first association: at present, the version accepts ${every}.`,
}
const lastAssociation: Words<[every: string, count: number]> = {
  done: (every, count) => `That was the last association: the version now accepts ${every} (currently ${count}).`,
  would: (every, count) => `That is the last association: the version would accept ${every} (currently ${count}).`,
}
const restrictionAdvice = '`trove-manage datastore_version_flavor_policy … --restriction open` removes the restriction.'
const acceptsNone: Words = {
  done: () => 'The version accepts no flavor now',
  would: () => 'The version would accept no flavor',
}
const sameFlavors: Words = {
  done: () => 'The same flavors are allowed as before',
  would: () => 'The same flavors would be allowed as before',
}
const fewerFlavors: Words<[count: number]> = {
  done: count => `${counted(count, 'flavor is', 'flavors are')} no longer allowed`,
  would: count => `${counted(count, 'flavor', 'flavors')} would no longer be allowed`,
}
const moreFlavors: Words<[count: number]> = {
  done: count => `${counted(count, 'more flavor is', 'more flavors are')} now allowed.`,
  would: count => `${counted(count, 'more flavor', 'more flavors')} would be allowed.`,
}
const keepRunning: Words<[count: number]> = {
  done: count => (count === 1 ? 'keeps running' : 'keep running'),
  would: () => 'would keep running',
}
const warnedFlavors: Words<[count: number]> = {
  done: count => `${counted(count, 'flavor is', 'flavors are')} allowed only with a warning.`,
  would: count => `${counted(count, 'flavor', 'flavors')} would be allowed only with a warning.`,
}
const auditedFlavors: Words<[count: number]> = {
  done: count => `${counted(count, 'flavor is', 'flavors are')} allowed although ${auditRule(count)}.`,
  would: count => `${counted(count, 'flavor', 'flavors')} would be allowed although ${auditRule(count)}.`,
}
const auditRule = (count: number) => `a rule with the level audit speaks against ${count === 1 ? 'it' : 'them'}`
const violatingInstances: Words<[count: number]> = {
  done: count =>
    `${counted(count, 'instance of this version violates', 'instances of this version violate')} the flavor policy; \`trove-manage flavor_compliance\` lists them.`,
  would: count => `${counted(count, 'instance', 'instances')} of this version would violate the flavor policy.`,
}

/** The effect of a changed list. Points out the first and the last association, which are easily overlooked. */
export function listWords(effect: PolicyEffect, mood: Mood): string[] {
  const every = everyFlavor(effect.hasRequirements)
  if (effect.became === 'restricted')
    return [`${firstAssociation[mood](every)} ${noLongerAllowed(effect, mood)}.`, ...allowedWithWarning(effect, mood)]
  if (effect.became === 'open') return [lastAssociation[mood](every, effect.flavorsAllowed)]
  if (effect.flavorsAllowed === 0 && effect.flavorsFellOut > 0) return [`${acceptsNone[mood]()}; ${restrictionAdvice}`]
  return []
}

/** The effect of changed requirements or of a changed flavor policy. Always printed, since a mistaken unit shows up here. */
export function changeWords(effect: PolicyEffect, mood: Mood): string[] {
  const { flavorsFellOut, flavorsCameIn, flavorsAllowed, instancesOutOfLine } = effect
  return [
    ...(flavorsFellOut > 0 ? [`${noLongerAllowed(effect, mood)}.`] : []),
    ...(flavorsCameIn > 0 ? [moreFlavors[mood](flavorsCameIn)] : []),
    ...(flavorsFellOut + flavorsCameIn === 0 ? [`${sameFlavors[mood]()}.`] : []),
    ...(flavorsAllowed === 0 ? [`${acceptsNone[mood]()}.`] : []),
    ...allowedWithWarning(effect, mood),
    ...(instancesOutOfLine > 0 ? [violatingInstances[mood](instancesOutOfLine)] : []),
  ]
}

function noLongerAllowed({ flavorsFellOut, instancesOnThem }: PolicyEffect, mood: Mood): string {
  if (flavorsFellOut === 0) return sameFlavors[mood]()
  const flavors = fewerFlavors[mood](flavorsFellOut)
  const them = flavorsFellOut === 1 ? 'it' : 'them'
  if (instancesOnThem === 0) return `${flavors}; no instance of this version uses ${them}`
  const instances = counted(instancesOnThem, 'instance of this version uses', 'instances of this version use')
  return `${flavors}; ${instances} ${them} and ${keepRunning[mood](instancesOnThem)}`
}

const allowedWithWarning = ({ flavorsWarned, flavorsAudited }: PolicyEffect, mood: Mood): string[] => [
  ...(flavorsWarned > 0 ? [warnedFlavors[mood](flavorsWarned)] : []),
  ...(flavorsAudited > 0 ? [auditedFlavors[mood](flavorsAudited)] : []),
]

const everyType = 'every volume type, and requests without a volume type'
const firstTypes: Words = {
  done: () =>
    `This is the first association: until now, the version accepted ${everyType}; requests must now name one.`,
  would: () =>
    `This would be the first association: at present, the version accepts ${everyType}; requests would have to name one.`,
}
const lastTypes: Words<[count: number]> = {
  done: count =>
    `That was the last association: the version now accepts every volume type (currently ${count}), and requests without a volume type.`,
  would: count =>
    `That is the last association: the version would accept every volume type (currently ${count}), and requests without a volume type.`,
}
const sameTypes: Words = {
  done: () => 'The same volume types are allowed as before',
  would: () => 'The same volume types would be allowed as before',
}
const fewerTypes: Words<[count: number]> = {
  done: count => `${counted(count, 'volume type is', 'volume types are')} no longer allowed`,
  would: count => `${counted(count, 'volume type', 'volume types')} would no longer be allowed`,
}
const keepTypes: Words = {
  done: () => 'existing volumes do not change',
  would: () => 'existing volumes would not change',
}

/** The end of a sentence about volume types that fall out. */
export const volumeTypesFallOut = (count: number, mood: Mood): string =>
  `${count === 0 ? sameTypes[mood]() : fewerTypes[mood](count)}; ${keepTypes[mood]()}.`

/** The effect of the first and the last association. From the first one on, requests that name no volume type are refused. */
export function volumeTypeWords({ became, typesAllowed, typesFellOut }: VolumeTypeEffect, mood: Mood): string[] {
  if (became === 'restricted') return [firstTypes[mood](), volumeTypesFallOut(typesFellOut, mood)]
  return became === 'open' ? [lastTypes[mood](typesAllowed)] : []
}
