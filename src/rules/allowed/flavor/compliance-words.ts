import { type NamedVersion, versionWords } from '../../../model/datastore-version.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { InstanceId } from '../../../model/ids.ts'
import { naiveUtc } from '../../../model/naive-utc.ts'
import { shellWord } from '../../../model/shell-word.ts'
import { waivedTogether } from '../../../model/verdict.ts'
import type { GateFinding, InstanceFinding, VersionFinding } from './compliance.ts'
import { reasonsWords } from './refusals.ts'

/**
 * Words the findings of the compliance scan: what is wrong, and what to do next. Which findings there are is decided in
 * `compliance.ts`. The commands are complete, so that an operator can copy and run them.
 */

/**
 * One or two sentences each: `says` what is wrong, `next` what to do. `command` is one shell command that mends it; undefined
 * if that takes a decision first.
 */
export type FindingWords = Readonly<{ says: string; next: string; command?: string }>

const manage = (verb: string, { datastore, version, number }: NamedVersion, ...more: readonly string[]) =>
  `trove-manage ${[verb, ...[datastore, version, ...more].map(shellWord), ...(number === undefined ? [] : ['--version', shellWord(number)])].join(' ')}`

export function versionFindingWords(finding: VersionFinding, named: NamedVersion): FindingWords {
  const run = (verb: string, ...more: readonly string[]) => manage(`datastore_version_flavor_${verb}`, named, ...more)
  switch (finding.kind) {
    case 'requirement_unreadable': {
      const command =
        finding.source === 'version'
          ? run('requirement_delete', finding.requirement)
          : `trove-manage datastore_flavor_requirement_delete ${shellWord(named.datastore)} ${shellWord(finding.requirement)}`
      return {
        says: `Invalid requirement '${finding.requirement}': no flavor meets it.`,
        next: `\`${command}\`, then add the correct requirement.`,
        command,
      }
    }
    case 'policy_unreadable': {
      const strict = finding.half === 'restriction' ? 'listed' : 'refuse'
      const command = run('policy', `--${finding.half}`, strict)
      return {
        says: `Unknown ${finding.half} '${finding.value}'; treated as '${strict}'.`,
        next: `\`${command}\` replaces it with a known value.`,
        command,
      }
    }
    case 'no_flavor_allowed':
      return {
        says: 'No flavor is allowed, so no instance of this version can be created.',
        next: `\`${run('explain')}\` shows the reasons for each flavor.`,
      }
    case 'association_flavor_gone': {
      const name = finding.name === undefined ? '' : ` (${finding.name})`
      return {
        says: `Flavor ${finding.flavorId}${name} is associated, but does not exist.`,
        ...nextForGone(finding, run, named),
      }
    }
    case 'association_out_of_line': {
      const command = run('delete', finding.flavorId)
      return {
        says: `Flavor ${finding.flavorId} is associated, but ${reasonsWords(finding.reasons, named)}.`,
        next: `\`${command}\`, or change the requirement.`,
        command,
      }
    }
  }
}

/** Offers the flavor that took the place of one that is gone: first to add it, so that the list is never empty in between. */
function nextForGone(
  { flavorId, opens, successors }: Extract<VersionFinding, { kind: 'association_flavor_gone' }>,
  run: (verb: string, ...more: readonly string[]) => string,
  named: NamedVersion,
): Omit<FindingWords, 'says'> {
  const remove = run('delete', flavorId)
  const without = opens
    ? {
        next: `Associate another flavor first, or allow only associated flavors, because a version without associations allows every flavor. Then \`${remove}\`.`,
        command: `${run('policy', '--restriction', 'listed')} && ${remove}`,
      }
    : { next: `\`${remove}\`, or restore the flavor.`, command: remove }
  const present = successors.find(({ isAssociated }) => isAssociated)
  if (present)
    return { next: `\`${remove}\`: flavor ${present.flavor.id} now has its name, and is associated.`, command: remove }
  const [successor] = successors
  if (!successor) return without
  if (successors.length > 1)
    return {
      next: `Flavors ${successors.map(({ flavor }) => flavor.id).join(', ')} now have its name. Associate the right one, then \`${remove}\`.`,
    }
  const { flavor, obstacles } = successor
  const tookItsPlace = `Flavor ${flavor.id} now has its name`
  if (obstacles.length > 0)
    return { ...without, next: `${tookItsPlace}, but ${reasonsWords(obstacles, named)}. ${without.next}` }
  const add = run('add', flavor.id)
  return { next: `${tookItsPlace}: \`${add}\`, then \`${remove}\`.`, command: `${add} && ${remove}` }
}

/** An instance with what its finding needs. */
export type WordedInstance = Readonly<{
  id: InstanceId
  /** Undefined if its flavor no longer exists. */
  flavor: Flavor | undefined
  /** The flavor to resize it to; undefined if none is suitable. */
  fit: Pick<Flavor, 'id' | 'name'> | undefined
  /** True if this server manages it, false if another Trove does. */
  ours: boolean
}>

export function instanceFindingWords(
  { kind, flavorId, reasons }: InstanceFinding,
  { id, flavor, fit, ours }: WordedInstance,
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
  return {
    says: `It runs on ${shown}${against}.`,
    next: `${target}${why}`,
    ...(fit ? { command: `openstack database instance resize flavor ${shellWord(id)} ${shellWord(fit.id)}` } : {}),
  }
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
