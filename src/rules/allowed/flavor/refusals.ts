import type { Flavor } from '../../../model/flavor.ts'
import { refusals } from '../../../model/refused.ts'
import type { Reason, Verdict } from '../../../model/verdict.ts'

const unit = (text: string | null) => (text === null ? '' : ` ${text}`)

/**
 * Everything a user reads when a flavor does not fit: reasons, warnings, refusals and their hints. Which flavors fit is
 * decided in `decide.ts`; the findings of the compliance scan are worded in `compliance-words.ts`. Sentences that Trove
 * also has are Trove's, which is why some have no final dot.
 */

/** Words a reason so that it can follow a colon. */
export function reasonWords(reason: Reason): string {
  switch (reason.code) {
    case 'not_associated':
      return 'it is not associated with this datastore version'
    case 'requirement_not_met':
      return `it does not meet ${reason.requirement} (${
        reason.actual === null ? 'it does not define this property' : `it has ${reason.actual}${unit(reason.unit)}`
      })`
    case 'requirement_unreadable':
      return `the requirement '${reason.requirement}' is invalid, so no flavor meets it; contact your cloud operator`
  }
}

type Breach = Readonly<{ flavorId: string; versionId: string; reasons: readonly Reason[] }>

/** Trove's sentence, followed by the reasons (trove@4cdc0cd common/exception.py, DatastoreFlavorAssociationNotFound). */
export const breachWords = ({ flavorId, versionId, reasons }: Breach): string =>
  `Flavor ${flavorId} is not supported for datastore version ${versionId}: ${reasons.map(reasonWords).join('; ')}.`

/** The same, for a version that only warns. */
export const warningWords = (breach: Breach): string =>
  `${breachWords(breach)} It is admitted anyway, because this version only warns.`

/** Describes a flavor that is associated although it does not fit, in one or two sentences. */
export const misfitWords = (breach: Breach & Readonly<{ allowed: boolean }>): string =>
  breach.allowed ? warningWords(breach) : `${breachWords(breach)} It is still refused, although it is associated.`

/** A flavor that is associated, or is about to be, although it does not meet the version's requirements. */
export type Misfit = Readonly<{ flavorId: string; verdict: Verdict }>

const sizeWords = (f: Flavor) => `${f.name} (${f.id}: ${f.vcpus} vCPU, ${f.ramMb} MiB RAM, ${f.diskGb} GiB disk)`

/** The flavor whose id or name is closest to an unknown id. */
type NearestFlavor = { nearestId?: string | undefined; nearestName?: string | undefined }

const didYouMeanFlavor = ({ nearestId, nearestName }: NearestFlavor) =>
  nearestId === undefined ? '' : `Did you mean ${nearestId} (${nearestName})? `

/** An associated flavor; without a name if the flavor no longer exists. */
type Associated = Readonly<{ id: string; name: string | undefined }>

function associatedWords(associated: readonly Associated[]): string {
  if (associated.length === 0) return 'No flavors are associated with this version.'
  const shown = associated.slice(0, shownMax).map(({ id, name }) => (name === undefined ? id : `${id} (${name})`))
  const more = associated.length - shown.length
  return `Associated flavors: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`
}

const shownMax = 5
const dataMax = 50

function suitableFlavors(allowed: readonly Flavor[]): string {
  if (allowed.length === 0) return 'None of the flavors available to your project is suitable.'
  const shown = allowed.slice(0, shownMax).map(sizeWords).join(', ')
  const more = allowed.length > shownMax ? `, and ${allowed.length - shownMax} more` : ''
  return `Suitable flavors: ${shown}${more}.`
}

/** Prints the input with a caret below the column in question. Characters without a width are shown as blanks. */
function caret(typed: string, column: number): string[] {
  return [`  ${typed.replace(/[\p{C}\p{Z}]/gu, ' ')}`, `  ${' '.repeat(Math.max(0, column - 1))}^`]
}

/** True when the input looks like what a shell leaves of a requirement without quotes. */
const isCutShort = ({ expected, found }: { expected: string; found: string }) =>
  found === 'the end' && expected.startsWith('>=')
const shellHint = "Quote the requirement, because a shell treats > and < as redirections: 'ram>=2GiB'."
const grammarHint = 'See docs/reference/requirements.md for the grammar.'

export const flavorRefusal = refusals({
  /** `allowed`: the flavors that the caller can use instead, smallest first. */
  flavor_not_supported: {
    status: 400,
    words: (f: Breach & { allowed: readonly Flavor[] }) => `${breachWords(f)} ${suitableFlavors(f.allowed)}`,
    data: (f: { reasons: readonly Reason[]; allowed: readonly Flavor[] }) => ({
      reasons: f.reasons,
      allowed_flavors: f.allowed.slice(0, dataMax).map(flavor => ({ id: flavor.id, name: flavor.name })),
    }),
  },
  flavor_not_found: {
    status: 400,
    words: (f: { flavorId: string }) => `Resource ${f.flavorId} cannot be found.`,
  },
  /** The same sentence with 404, for a flavor that is part of the URL (trove@4cdc0cd common/wsgi.py:311). */
  flavor_unknown: {
    status: 404,
    words: (f: { flavorId: string }) => `Resource ${f.flavorId} cannot be found.`,
    hint: () => '`trove-manage flavor_list` shows the flavors that exist.',
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
    words: (f: { flavorId: string; versionId: string; associated: readonly Associated[] }) =>
      `Flavor ${f.flavorId} is not supported for datastore version ${f.versionId}`,
    hint: f => `Nothing was changed. It is not associated. ${associatedWords(f.associated)}`,
  },
  flavors_to_associate_unknown: {
    status: 400,
    words: (f: { flavorIds: readonly string[] } & NearestFlavor) =>
      f.flavorIds.length === 1
        ? `Unknown flavor '${f.flavorIds[0]}'.`
        : `Unknown flavors: ${f.flavorIds.map(id => `'${id}'`).join(', ')}.`,
    hint: f =>
      `Nothing was changed. ${didYouMeanFlavor(f)}Use flavor ids, not names; \`trove-manage flavor_list\` shows them. --no-check skips this check.`,
  },
  flavors_break_requirements: {
    status: 400,
    words: (f: { versionId: string; misfits: readonly Misfit[] }) =>
      f.misfits
        .map(({ flavorId, verdict }) => breachWords({ flavorId, versionId: f.versionId, reasons: verdict.reasons }))
        .join(' '),
    hint: () =>
      'Nothing was changed. --force associates them anyway, but flavors that do not meet the requirements are still refused.',
    data: (f: { misfits: readonly Misfit[] }) => ({
      flavors: f.misfits.map(({ flavorId, verdict }) => ({ id: flavorId, reasons: verdict.reasons })),
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
    words: (f: { requirement: string; versionId: string; stored: string }) =>
      f.stored === f.requirement
        ? `Requirement ${f.requirement} is already set for datastore version ${f.versionId}`
        : `Requirement ${f.requirement} is already set for datastore version ${f.versionId} as '${f.stored}', which is the same for databases that ignore case, accents and trailing spaces`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_requirement_list` shows the requirements.',
  },
  requirement_not_set: {
    status: 404,
    words: (f: { requirement: string; versionId: string }) =>
      `Requirement ${f.requirement} is not set for datastore version ${f.versionId}`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_requirement_list` shows the requirements.',
  },
  no_requirements: {
    status: 400,
    words: (_: Record<string, never>) => 'At least one requirement is required.',
    hint: () => "Specify one or more, each in quotes: 'ram>=2GiB' 'vcpus>=2'.",
  },
  finding_kind_unknown: {
    status: 400,
    words: (f: { kind: string; known: readonly string[] }) =>
      `Unknown kind of finding '${f.kind}'. Known kinds: ${f.known.join(', ')}.`,
  },
  flavor_list_required: {
    status: 400,
    words: (_: Record<string, never>) => "Validation error: either 'flavor_ids' or 'flavors' is required.",
  },
  no_flavor_ids: {
    status: 400,
    words: (_: Record<string, never>) => 'At least one flavor id is required.',
    hint: () => 'Specify one or more ids, separated by commas: 1,2,3.',
  },
})
