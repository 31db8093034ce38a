import type { PolicyEffect } from '../operations/flavors/policy-effect.ts'

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** What a version accepts that no list restricts. */
export const everyFlavor = (hasRequirements: boolean): string =>
  hasRequirements ? 'every flavor that meets its requirements' : 'every flavor'

/** The change of a whole version, said aloud: a list that begins or ends is easily overlooked. */
export function listWords(effect: PolicyEffect): string[] {
  if (effect.became === 'restricted')
    return [
      `This is its first association: it accepted ${everyFlavor(effect.hasRequirements)} until now. ${fellOut(effect)}.`,
      ...warned(effect),
    ]
  if (effect.became === 'open')
    return [
      `That was its last association: it now accepts ${everyFlavor(effect.hasRequirements)} (${effect.flavorsAllowed} at present).`,
    ]
  if (effect.flavorsAllowed === 0 && effect.flavorsFellOut > 0)
    return [
      'No flavor is left that it accepts; `trove-manage datastore_version_flavor_policy … --restriction open` opens it again.',
    ]
  return []
}

/** What a change of requirements or policy did, always: a number that is wrong by a unit shows here. */
export function changeWords(effect: PolicyEffect): string[] {
  const { flavorsFellOut, flavorsCameIn, flavorsAllowed, instancesOutOfLine } = effect
  return [
    ...(flavorsFellOut > 0 ? [`${fellOut(effect)}.`] : []),
    ...(flavorsCameIn > 0 ? [`${counted(flavorsCameIn, 'flavor', 'flavors')} came in.`] : []),
    ...(flavorsFellOut + flavorsCameIn === 0 ? ['No flavor fell out or came in.'] : []),
    ...(flavorsAllowed === 0 ? ['No flavor is left that it accepts.'] : []),
    ...warned(effect),
    ...(instancesOutOfLine > 0
      ? [
          `${counted(instancesOutOfLine, 'instance of it breaks', 'instances of it break')} the rule as it is now; \`trove-manage flavor_compliance\` lists them.`,
        ]
      : []),
  ]
}

function fellOut({ flavorsFellOut, instancesOnThem }: PolicyEffect): string {
  if (flavorsFellOut === 0) return 'No flavor fell out'
  const flavors = `${counted(flavorsFellOut, 'flavor', 'flavors')} fell out`
  if (instancesOnThem === 0) return `${flavors}; no instance of it uses them`
  return `${flavors}; ${counted(instancesOnThem, 'instance of it uses', 'instances of it use')} them and will go on running`
}

const warned = ({ flavorsWarned }: PolicyEffect): string[] =>
  flavorsWarned > 0 ? [`${counted(flavorsWarned, 'flavor is', 'flavors are')} admitted with a warning only.`] : []
