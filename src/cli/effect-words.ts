import type { PolicyEffect } from '../operations/flavors/policy-effect.ts'

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** The flavors that a version accepts when no list restricts it. */
export const everyFlavor = (hasRequirements: boolean): string =>
  hasRequirements ? 'every flavor that meets its requirements' : 'every flavor'

/** The effect of a changed list. Points out the first and the last association, which are easily overlooked. */
export function listWords(effect: PolicyEffect): string[] {
  if (effect.became === 'restricted')
    return [
      `This is the first association: until now, the version accepted ${everyFlavor(effect.hasRequirements)}. ${noLongerAllowed(effect)}.`,
      ...allowedWithWarning(effect),
    ]
  if (effect.became === 'open')
    return [
      `That was the last association: the version now accepts ${everyFlavor(effect.hasRequirements)} (currently ${effect.flavorsAllowed}).`,
    ]
  if (effect.flavorsAllowed === 0 && effect.flavorsFellOut > 0)
    return [
      'The version accepts no flavor now; `trove-manage datastore_version_flavor_policy … --restriction open` removes the restriction.',
    ]
  return []
}

/** The effect of changed requirements or of a changed flavor policy. Always printed, since a mistaken unit shows up here. */
export function changeWords(effect: PolicyEffect): string[] {
  const { flavorsFellOut, flavorsCameIn, flavorsAllowed, instancesOutOfLine } = effect
  return [
    ...(flavorsFellOut > 0 ? [`${noLongerAllowed(effect)}.`] : []),
    ...(flavorsCameIn > 0 ? [`${counted(flavorsCameIn, 'more flavor is', 'more flavors are')} now allowed.`] : []),
    ...(flavorsFellOut + flavorsCameIn === 0 ? ['The same flavors are allowed as before.'] : []),
    ...(flavorsAllowed === 0 ? ['The version accepts no flavor now.'] : []),
    ...allowedWithWarning(effect),
    ...(instancesOutOfLine > 0
      ? [
          `${counted(instancesOutOfLine, 'instance of this version violates', 'instances of this version violate')} the flavor policy; \`trove-manage flavor_compliance\` lists them.`,
        ]
      : []),
  ]
}

function noLongerAllowed({ flavorsFellOut, instancesOnThem }: PolicyEffect): string {
  if (flavorsFellOut === 0) return 'The same flavors are allowed as before'
  const flavors = `${counted(flavorsFellOut, 'flavor is', 'flavors are')} no longer allowed`
  const them = flavorsFellOut === 1 ? 'it' : 'them'
  if (instancesOnThem === 0) return `${flavors}; no instance of this version uses ${them}`
  const instances = counted(instancesOnThem, 'instance of this version uses', 'instances of this version use')
  return `${flavors}; ${instances} ${them} and ${instancesOnThem === 1 ? 'keeps' : 'keep'} running`
}

const allowedWithWarning = ({ flavorsWarned, flavorsAudited }: PolicyEffect): string[] => [
  ...(flavorsWarned > 0 ? [`${counted(flavorsWarned, 'flavor is', 'flavors are')} allowed only with a warning.`] : []),
  ...(flavorsAudited > 0
    ? [
        `${counted(flavorsAudited, 'flavor is', 'flavors are')} allowed although a rule with the level audit speaks against ${flavorsAudited === 1 ? 'it' : 'them'}.`,
      ]
    : []),
]
