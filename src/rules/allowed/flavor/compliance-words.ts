import { type NamedVersion, versionWords } from '../../../model/datastore-version.ts'
import type { Flavor } from '../../../model/flavor.ts'
import { naiveUtc } from '../../../model/naive-utc.ts'
import { shellWord } from '../../../model/shell-word.ts'
import { waivedTogether } from '../../../model/verdict.ts'
import type { GateFinding, InstanceFinding, VersionFinding } from './compliance.ts'
import { reasonsWords } from './refusals.ts'

/**
 * Words the findings of the compliance scan: what is wrong, and what to do next. Which findings there are is decided in
 * `compliance.ts`. The commands are complete, so that an operator can copy and run them.
 */

/** One or two sentences each: `says` what is wrong, `next` what to do. */
export type FindingWords = Readonly<{ says: string; next: string }>

const command = (verb: string, { datastore, version, number }: NamedVersion, ...more: readonly string[]) =>
  `\`trove-manage ${[verb, ...[datastore, version, ...more].map(shellWord), ...(number === undefined ? [] : ['--version', shellWord(number)])].join(' ')}\``

export function versionFindingWords(finding: VersionFinding, named: NamedVersion): FindingWords {
  const run = (verb: string, ...more: readonly string[]) => command(`datastore_version_flavor_${verb}`, named, ...more)
  switch (finding.kind) {
    case 'requirement_unreadable':
      return {
        says: `Invalid requirement '${finding.requirement}': no flavor meets it.`,
        next: `${run('requirement_delete', finding.requirement)}, then add the correct requirement.`,
      }
    case 'policy_unreadable': {
      const strict = finding.half === 'restriction' ? 'listed' : 'refuse'
      return {
        says: `Unknown ${finding.half} '${finding.value}'; treated as '${strict}'.`,
        next: `${run('policy', `--${finding.half}`, strict)} replaces it with a known value.`,
      }
    }
    case 'no_flavor_allowed':
      return {
        says: 'No flavor is allowed, so no instance of this version can be created.',
        next: `${run('explain')} shows the reasons for each flavor.`,
      }
    case 'association_flavor_gone':
      return {
        says: `Flavor ${finding.flavorId}${finding.name === undefined ? '' : ` (${finding.name})`} is associated, but does not exist.`,
        next: nextForGone(finding, run, named),
      }
    case 'association_out_of_line':
      return {
        says: `Flavor ${finding.flavorId} is associated, but ${reasonsWords(finding.reasons, named)}.`,
        next: `${run('delete', finding.flavorId)}, or change the requirement.`,
      }
  }
}

/** Offers the flavor that took the place of one that is gone: first to add it, so that the list is never empty in between. */
function nextForGone(
  { flavorId, opens, successors }: Extract<VersionFinding, { kind: 'association_flavor_gone' }>,
  run: (verb: string, ...more: readonly string[]) => string,
  named: NamedVersion,
): string {
  const remove = run('delete', flavorId)
  const without = opens
    ? `Associate another flavor first, because a version without associations allows every flavor. Then ${remove}.`
    : `${remove}, or restore the flavor.`
  const present = successors.find(({ isAssociated }) => isAssociated)
  if (present) return `${remove}: flavor ${present.flavor.id} now has its name, and is associated.`
  const [successor] = successors
  if (!successor) return without
  if (successors.length > 1)
    return `Flavors ${successors.map(({ flavor }) => flavor.id).join(', ')} now have its name. Associate the right one, then ${remove}.`
  const { flavor, obstacles } = successor
  const tookItsPlace = `Flavor ${flavor.id} now has its name`
  return obstacles.length > 0
    ? `${tookItsPlace}, but ${reasonsWords(obstacles, named)}. ${without}`
    : `${tookItsPlace}: ${run('add', flavor.id)}, then ${remove}.`
}

/**
 * @param flavor the flavor of the instance; undefined if the flavor no longer exists
 * @param fit the flavor to resize the instance to; undefined if none is suitable
 * @param ours true if this server manages the instance, false if another Trove does
 */
export function instanceFindingWords(
  { kind, flavorId, reasons }: InstanceFinding,
  flavor: Flavor | undefined,
  fit: Flavor | undefined,
  ours: boolean,
  named: NamedVersion,
): FindingWords {
  const shown = shownFlavor(flavorId, flavor)
  // That the flavor does not exist is said already.
  const others = reasons.filter(({ code }) => code !== 'flavor_unknown')
  const against = others.length > 0 ? `: ${reasonsWords(others, named)}` : ''
  const where = ours ? 'Resize it to' : 'Another Trove manages it and must resize it to'
  const waived = waivedTogether(reasons)
  const inTime = waived ? `, before the waiver ends at ${naiveUtc(waived.until)}Z` : ''
  const target = fit ? `${where} ${fit.name} (${fit.id}), the closest suitable flavor${inTime}.` : noneSuitable
  const why =
    kind === 'instance_admitted_elsewhere'
      ? ` ${fit ? 'That Trove' : 'The Trove that manages it'} checks only the association, and only when it creates an instance.`
      : ''
  return { says: `It runs on ${shown}${against}.`, next: `${target}${why}` }
}

const noneSuitable =
  'None of the flavors available to its project is suitable: change the flavor policy, or create a suitable flavor.'

const shownFlavor = (flavorId: string, flavor: Flavor | undefined) =>
  flavor ? `flavor ${flavor.name} (${flavorId})` : `flavor ${flavorId}, which no longer exists`

/**
 * @param flavor the flavor of the instance; undefined if the flavor no longer exists
 * @param lastVersion the version that the gate last admitted, if the instance has another one now
 */
export function gateFindingWords(
  { kind, flavorId, since, admission }: GateFinding,
  flavor: Flavor | undefined,
  lastVersion: NamedVersion | undefined,
): FindingWords {
  const at = since ? ` at ${naiveUtc(since)}Z` : ''
  const closeWay = 'Make sure that every endpoint of Trove is behind the gate or has its filter.'
  switch (kind) {
    case 'created_without_gate':
      return { says: `It was created${at}, but the gate admitted no such request.`, next: closeWay }
    case 'changed_without_gate': {
      const on = lastVersion ? ` on ${versionWords(lastVersion)}` : ''
      const changed = since ? ` It was last changed${at}.` : ''
      return {
        says: `It runs on ${shownFlavor(flavorId, flavor)}, but the gate last admitted flavor ${admission?.flavorId}${on}.${changed}`,
        next: `Look for changes that were admitted one by one, such as a resize during an upgrade. ${closeWay}`,
      }
    }
    case 'admitted_unchecked':
      return {
        says: `The gate admitted ${operationWords(admission)}${at} without a check, because a service was unavailable.`,
        next: 'Nothing, if no other finding is about this instance. Its next admission with a check ends this finding.',
      }
    case 'admitted_by_bypass':
      return {
        says: `User ${admission?.userId} bypassed the refusal of ${operationWords(admission)}${at}: '${admission?.reason}'.`,
        next: 'Check whether the reason still holds. The next admission without a bypass ends this finding.',
      }
  }
}

const operationWords = (admission: GateFinding['admission']) => `the request '${admission?.operation}'`
