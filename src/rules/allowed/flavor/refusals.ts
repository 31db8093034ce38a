import { type NamedVersion, versionWords } from '../../../model/datastore-version.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { Level } from '../../../model/level.ts'
import { utcText } from '../../../model/naive-utc.ts'
import { refusals } from '../../../model/refused.ts'
import { shellWord } from '../../../model/shell-word.ts'
import { type BareReason, type Reason, toldReasons, type Verdict, type WaivedReason } from '../../../model/verdict.ts'
import { type Alternatives, alternativesWords, notFound } from '../../alternatives.ts'
import type { NoneLeft } from './none-left.ts'
import { reasonData } from './reason-data.ts'
import { comparedText } from './requirement.ts'
import { type RuleOwner, requirementLevelCommand } from './rule-owner.ts'
import { dataMax, firstOf, hardwareWords, type SuitableFlavors, suitableFlavors } from './suitable-flavors.ts'

const unitWords = (text: string | null) => (text === null ? '' : ` ${text}`)

/**
 * Everything a user reads when a flavor does not fit: reasons, warnings, refusals and their hints. Which flavors fit is
 * decided in `decide.ts`; the findings of the compliance scan are worded in `compliance-words.ts`. Sentences that Trove
 * also has are Trove's, which is why some have no final dot.
 */

/**
 * Words a reason so that it can follow a colon.
 *
 * @param named the datastore version
 * @param namesake says that the unknown id is the name of a flavor, if it is
 */
export function reasonWords(reason: BareReason, named: NamedVersion | undefined, namesake?: string): string {
  switch (reason.code) {
    case 'flavor_unknown':
      return `there is no flavor with this id${namesake === undefined ? '' : `; ${namesake}`}`
    case 'not_associated':
      return `it is not on the list of ${versionWords(named)}`
    case 'requirement_not_met':
      return `it does not meet ${reason.requirement} (${actualWords(reason)})`
    case 'requirement_unreadable':
      return `the requirement '${reason.requirement}' is invalid, so no flavor meets it; contact your cloud operator`
    case 'size_unknown':
      return `its ${comparedText(reason.requirement) ?? 'size'} is unknown, so it cannot be compared with ${reason.requirement}`
  }
}

function actualWords({ requirement, actual, unit }: Extract<BareReason, { code: 'requirement_not_met' }>): string {
  if (actual === null) return 'it does not define this property'
  const compared = comparedText(requirement)
  return compared === undefined ? `it has ${actual}${unitWords(unit)}` : `its ${compared} is '${actual}'`
}

/** Words several reasons, separated by semicolons, each with the end of what waives it. */
export const reasonsWords = (
  reasons: readonly (BareReason & WaivedReason)[],
  named: NamedVersion | undefined,
  namesake?: string,
): string => reasons.map(reason => `${reasonWords(reason, named, namesake)}${waivedWords(reason)}`).join('; ')

const waivedWords = ({ waived }: WaivedReason) => (waived ? `, waived until ${utcText(waived.until)}` : '')

/** `named`: the version by its names; undefined if it was removed by hand. `namesake`: see `reasonWords`. */
type Breach = Readonly<{
  flavorId: string
  versionId: string
  named: NamedVersion | undefined
  reasons: readonly Reason[]
  namesake?: string | undefined
}>

/** Trove's sentence, followed by the reasons (trove@4cdc0cd common/exception.py, DatastoreFlavorAssociationNotFound). */
export const breachWords = ({ flavorId, versionId, named, reasons, namesake }: Breach): string =>
  `Flavor ${flavorId} is not supported for datastore version ${versionId}: ${reasonsWords(reasons, named, namesake)}.`

/** A breach with the reasons that a tenant is told. */
const toldBreach = ({ flavorId, versionId, named, namesake, reasons }: Breach): Breach => ({
  ...{ flavorId, versionId, named, namesake },
  reasons: toldReasons({ reasons }),
})

/** The same, if the rules that it breaks only warn, or are waived. */
export function warningWords(breach: Breach): string {
  // Of these, each would refuse again when its waiver ends.
  const ends = breach.reasons.flatMap(({ level, waived }) =>
    level === 'refuse' && waived ? waived.until.getTime() : [],
  )
  return ends.length === 0
    ? `${breachWords(breach)} It is admitted anyway: this is only a warning.`
    : `${breachWords(breach)} It is admitted because it is waived, until ${utcText(new Date(Math.min(...ends)))}.`
}

/**
 * Describes a flavor that is associated although it does not fit, in one or two sentences. It is on the list, so no reason
 * against it names the version.
 */
export function misfitWords({ allowed, ...rest }: Omit<Breach, 'named'> & Readonly<{ allowed: boolean }>): string {
  const breach = { ...rest, named: undefined }
  return allowed ? warningWords(breach) : `${breachWords(breach)} It is still refused, although it is associated.`
}

/** A flavor that is associated, or is about to be, although it does not meet the version's requirements. */
export type Misfit = Readonly<{ flavorId: string; verdict: Verdict }>

const deletedWords =
  'The flavor no longer exists, and Trove cannot resize an instance that has such a flavor: contact your cloud operator.'

/** Prints the input with a caret below the column in question. Characters without a width are shown as blanks. */
function caret(typed: string, column: number): string[] {
  return [`  ${typed.replace(/[\p{C}\p{Z}]/gu, ' ')}`, `  ${' '.repeat(Math.max(0, column - 1))}^`]
}

/** True when the input looks like what a shell leaves of a requirement without quotes. */
const isCutShort = ({ expected, found }: { expected: string; found: string }) =>
  found === 'the end' && expected.startsWith('>=')
const shellHint = "Quote the requirement, because a shell treats > and < as redirections: 'ram>=2GiB'."
const grammarHint = 'See docs/reference/requirements.md for the grammar.'

const ownerWords = (owner: RuleOwner) =>
  'versionId' in owner ? `datastore version ${owner.versionId}` : `the datastore '${owner.datastore}'`

const requirementsHint = ({ owner }: { owner: RuleOwner }) =>
  'versionId' in owner
    ? 'Nothing was changed. `trove-manage datastore_version_flavor_requirement_list` shows the requirements.'
    : `Nothing was changed. \`trove-manage datastore_flavor_requirement_list ${shellWord(owner.datastore)}\` shows the requirements and their levels.`

/** `alternatives`: the flavors that the caller can use. */
type FlavorNotFound = { flavorId: string; alternatives: Alternatives }

export const flavorRefusal = refusals({
  /**
   * `allowed`: the flavors that the caller can use instead, smallest first. `isDeleted`: true for an instance on a deleted
   * flavor, which Trove cannot resize to any other (Trove 18 instance/models.py:1447).
   */
  flavor_not_supported: {
    status: 400,
    words: (f: Breach & SuitableFlavors & { isDeleted?: boolean }) =>
      `${breachWords(toldBreach(f))} ${f.isDeleted ? deletedWords : suitableFlavors(f)}`,
    data: (f: { reasons: readonly Reason[] } & SuitableFlavors) => ({
      reasons: f.reasons.filter(({ level }) => level !== 'audit').map(reasonData),
      allowed_flavors: f.allowed
        .slice(0, dataMax)
        .map(({ id, name }) => (f.warned?.has(id) ? { id, name, warned: true } : { id, name })),
    }),
  },
  flavor_not_found: {
    status: 400,
    words: (f: FlavorNotFound) => notFound(`Resource ${f.flavorId} cannot be found.`, f.flavorId, f.alternatives),
  },
  /** The same sentence with 404, for a flavor that is part of the URL (trove@4cdc0cd common/wsgi.py:311). */
  flavor_unknown: {
    status: 404,
    words: (f: FlavorNotFound) => notFound(`Resource ${f.flavorId} cannot be found.`, f.flavorId, f.alternatives),
    hint: () => '`trove-manage flavor_list` shows the flavors that exist.',
  },
  flavor_name_ambiguous: {
    status: 400,
    words: (f: { name: string; namesakes: readonly Flavor[] }) =>
      `${f.namesakes.length} flavors have the name '${f.name}': ${firstOf(f.namesakes, flavor => `${flavor.id} (${hardwareWords(flavor)})`)}. Specify one of them by its id.`,
    data: (f: { namesakes: readonly Flavor[] }) => ({
      flavors: f.namesakes.slice(0, dataMax).map(({ id, name }) => ({ id, name })),
    }),
  },
  /** Trove answers 400, and so does this (trove@34d19210). */
  flavor_already_associated: {
    status: 400,
    words: (f: { flavorId: string; versionId: string; stored: string }) =>
      f.stored === f.flavorId
        ? `Flavor ${f.flavorId} is already associated with datastore version ${f.versionId}`
        : `Flavor ${f.flavorId} is already associated with datastore version ${f.versionId} as '${f.stored}', which is the same id for databases that ignore case, accents and trailing spaces`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_list` shows the associated flavors.',
  },
  flavor_not_associated: {
    status: 404,
    words: (f: Omit<Breach, 'reasons'> & { alternatives: Alternatives }) =>
      `Flavor ${f.flavorId} is not supported for datastore version ${f.versionId}: ${reasonWords({ code: 'not_associated' }, f.named)}. ${alternativesWords([f.flavorId], f.alternatives)}`,
    hint: () => 'Nothing was changed.',
  },
  flavors_to_associate_unknown: {
    status: 400,
    words: (f: { flavorIds: readonly string[]; alternatives: Alternatives }) =>
      `Unknown flavor${f.flavorIds.length === 1 ? '' : 's:'} ${f.flavorIds.map(id => `'${id}'`).join(', ')}. ${alternativesWords(f.flavorIds, f.alternatives)}`,
    hint: () =>
      'Nothing was changed. `trove-manage flavor_list` shows the ids and names of flavors. --no-check skips this check.',
  },
  flavors_break_requirements: {
    status: 400,
    words: (f: { versionId: string; misfits: readonly Misfit[] }) =>
      f.misfits
        .map(({ flavorId, verdict: { reasons } }) =>
          breachWords({ flavorId, versionId: f.versionId, named: undefined, reasons }),
        )
        .join(' '),
    hint: () =>
      'Nothing was changed. --force associates them anyway, but flavors that do not meet the requirements are still refused.',
    data: (f: { misfits: readonly Misfit[] }) => ({
      flavors: f.misfits.map(({ flavorId, verdict }) => ({ id: flavorId, reasons: verdict.reasons.map(reasonData) })),
    }),
  },
  no_flavor_left: {
    status: 409,
    words: (f: { named: NamedVersion | undefined } & NoneLeft) =>
      [
        `The change would leave no flavor for ${versionWords(f.named)}.`,
        ...(f.listIsEmpty
          ? ['Only flavors on its list would be allowed, and the list is empty: add flavors first.']
          : []),
        ...f.contradictions.map(([one, other]) => `No flavor can meet both ${one} and ${other}.`),
      ].join(' '),
    hint: () => 'Nothing was changed. --allow-none makes the change anyway.',
    data: (f: Pick<NoneLeft, 'contradictions'>) => ({
      contradictions: f.contradictions.map(requirements => ({ requirements })),
    }),
  },
  flavor_id_unusable: {
    status: 400,
    words: (f: { flavorId: string; problem: string }) => `Invalid flavor id '${f.flavorId}': it ${f.problem}.`,
  },
  requirement_not_understood: {
    status: 400,
    words: (f: { typed: string; column: number; expected: string; found: string }) =>
      `Invalid requirement '${f.typed}': at column ${f.column}, expected ${f.expected}, but found ${f.found}.`,
    hint: f => [...caret(f.typed, f.column), ...(isCutShort(f) ? [shellHint] : []), grammarHint].join('\n'),
    data: f => ({ requirement: f.typed, column: f.column, expected: f.expected, found: f.found }),
  },
  requirement_unusable: {
    status: 400,
    words: (f: { requirement: string; problem: string }) => `Invalid requirement '${f.requirement}': it ${f.problem}.`,
  },
  requirement_already_set: {
    status: 409,
    words: (f: { requirement: string; owner: RuleOwner; stored: string; level: Level }) =>
      f.stored === f.requirement
        ? `Requirement ${f.requirement} is already set for ${ownerWords(f.owner)}, with the level '${f.level}'`
        : `Requirement ${f.requirement} is already set for ${ownerWords(f.owner)} as '${f.stored}', which is the same for databases that ignore case, accents and trailing spaces`,
    hint: f =>
      `${requirementsHint(f)} \`trove-manage ${requirementLevelCommand(f.owner, 'LEVEL', [f.stored])}\` changes its level.`,
  },
  requirement_not_set: {
    status: 404,
    words: (f: { requirement: string; owner: RuleOwner }) =>
      `Requirement ${f.requirement} is not set for ${ownerWords(f.owner)}`,
    hint: requirementsHint,
  },
  requirement_of_datastore: {
    status: 409,
    words: (f: { requirement: string; datastore: string }) =>
      `Requirement ${f.requirement} is a rule of the datastore '${f.datastore}', which applies to all its versions; it is not set for this version itself.`,
    hint: f =>
      `Nothing was changed. \`trove-manage datastore_flavor_requirement_level\` and \`datastore_flavor_requirement_delete\` change it for all versions of '${f.datastore}'.`,
  },
  rules_in_the_way: {
    status: 409,
    words: (f: { versionId: string }) => `Datastore version ${f.versionId} already has rules of its own.`,
    hint: () => 'Nothing was changed. --replace deletes those that the other version does not have.',
  },
  rules_of_same_version: {
    status: 400,
    words: (f: { versionId: string }) =>
      `The rules of datastore version ${f.versionId} cannot be copied to the same version.`,
  },
  list_level_without_list: {
    status: 400,
    words: (f: { datastore: string }) =>
      `The level of the list has no effect: the datastore '${f.datastore}' does not restrict its versions to their lists.`,
    hint: () => "Nothing was changed. Set the restriction 'listed' together with the level.",
  },
  no_requirements: {
    status: 400,
    words: (_: Record<string, never>) => 'At least one requirement must be specified.',
    hint: () => "Specify one or more, each in quotes: 'ram>=2GiB' 'vcpus>=2'.",
  },
  finding_kind_unknown: {
    status: 400,
    words: (f: { kind: string; known: readonly string[] }) =>
      `Unknown kind of finding '${f.kind}'. Known kinds: ${f.known.join(', ')}.`,
  },
  finding_group_unknown: {
    status: 400,
    words: (f: { group: string; known: readonly string[] }) =>
      `Unknown group of findings '${f.group}'. Known groups: ${f.known.join(', ')}.`,
  },
  flavor_list_required: {
    status: 400,
    words: (_: Record<string, never>) => "Validation error: either 'flavor_ids' or 'flavors' is required.",
  },
  no_flavor_ids: {
    status: 400,
    words: (_: Record<string, never>) => 'At least one flavor is required.',
    hint: () => 'Specify one or more, by id or name, separated by commas: 1,2,db.small.',
  },
})
