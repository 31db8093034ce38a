import type { Flavor } from '../../../model/flavor.ts'
import { refusals } from '../../../model/refused.ts'
import type { Reason, Verdict } from '../../../model/verdict.ts'

const unit = (text: string | null) => (text === null ? '' : ` ${text}`)

/** A reason in words, ready to follow a colon. */
export function reasonWords(reason: Reason): string {
  switch (reason.code) {
    case 'not_associated':
      return 'it is not associated with this datastore version'
    case 'requirement_not_met':
      return `it does not meet ${reason.requirement} (it has ${
        reason.actual === null ? 'nothing to compare' : `${reason.actual}${unit(reason.unit)}`
      })`
    case 'requirement_unreadable':
      return `the requirement '${reason.requirement}' cannot be read, so no flavor passes it; tell your operator`
  }
}

type Breach = Readonly<{ flavorId: string; versionId: string; reasons: readonly Reason[] }>

/** Trove's sentence, and why (trove@4cdc0cd common/exception.py, DatastoreFlavorAssociationNotFound). */
export const breachWords = ({ flavorId, versionId, reasons }: Breach): string =>
  `Flavor ${flavorId} is not supported for datastore version ${versionId}: ${reasons.map(reasonWords).join('; ')}.`

/** The same where the version only warns. */
export const warningWords = (breach: Breach): string =>
  `${breachWords(breach)} It is admitted all the same, because this version only warns.`

/** A flavor that is associated and does not fit, in a sentence or two. */
export const misfitWords = (breach: Breach & Readonly<{ allowed: boolean }>): string =>
  breach.allowed ? warningWords(breach) : `${breachWords(breach)} It goes on being refused, associated or not.`

/** A flavor that is associated, or to be associated, although the version's requirements speak against it. */
export type Misfit = Readonly<{ flavorId: string; verdict: Verdict }>

const sizeWords = (f: Flavor) => `${f.name} (${f.id}: ${f.vcpus} vCPU, ${f.ramMb} MiB RAM, ${f.diskGb} GiB disk)`

/** The flavor that somebody may have meant by an id that means none. */
type Meant = { nearestId?: string | undefined; nearestName?: string | undefined }

const didYouMeanFlavor = ({ nearestId, nearestName }: Meant) =>
  nearestId === undefined ? '' : `Did you mean ${nearestId} (${nearestName})? `

/** A flavor that is associated; it has no name when it is gone. */
type Associated = Readonly<{ id: string; name: string | undefined }>

function notAssociated(associated: readonly Associated[]): string {
  if (associated.length === 0) return 'It is not associated, and no other flavor is.'
  const shown = associated.slice(0, shownMax).map(({ id, name }) => (name === undefined ? id : `${id} (${name})`))
  const more = associated.length - shown.length
  const list = more > 0 ? `${shown.join(', ')} and ${more} more` : listed(shown)
  return `It is not associated; ${list} ${associated.length === 1 ? 'is' : 'are'}.`
}

const listed = (parts: readonly string[]) =>
  parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join()

const shownMax = 5
const dataMax = 50

function wouldDo(allowed: readonly Flavor[]): string {
  if (allowed.length === 0) return 'No flavor that you may use would do.'
  const shown = allowed.slice(0, shownMax).map(sizeWords).join(', ')
  const more = allowed.length > shownMax ? `, and ${allowed.length - shownMax} more` : ''
  return `${allowed.length === 1 ? 'This one would do' : 'These would do'}: ${shown}${more}.`
}

/** The input, and below it a mark at the place in question; what has no width of its own is shown as a blank. */
function caret(typed: string, column: number): string[] {
  return [`  ${typed.replace(/[\p{C}\p{Z}]/gu, ' ')}`, `  ${' '.repeat(Math.max(0, column - 1))}^`]
}

/** What a shell leaves of a requirement without quotes. */
const isCutShort = ({ expected, found }: { expected: string; found: string }) =>
  found === 'the end' && expected.startsWith('>=')
const shellHint = "Is it in quotes? A shell takes > and < for itself: 'ram>=2GiB'."
const grammarHint = 'docs/reference/requirements.md has the grammar.'

export const flavorRefusal = refusals({
  /** `allowed`: the flavors the caller could have, smallest first. */
  flavor_not_supported: {
    status: 400,
    words: (f: Breach & { allowed: readonly Flavor[] }) => `${breachWords(f)} ${wouldDo(f.allowed)}`,
    data: (f: { reasons: readonly Reason[]; allowed: readonly Flavor[] }) => ({
      reasons: f.reasons,
      allowed_flavors: f.allowed.slice(0, dataMax).map(flavor => ({ id: flavor.id, name: flavor.name })),
    }),
  },
  flavor_not_found: {
    status: 400,
    words: (f: { flavorId: string }) => `Resource ${f.flavorId} cannot be found.`,
  },
  /** The same sentence where the flavor is what the URL names (trove@4cdc0cd common/wsgi.py:311). */
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
        : `Flavor ${f.flavorId} is already associated with datastore version ${f.versionId} as '${f.stored}', which databases that fold case, accents and trailing spaces hold to be the same id`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_list` shows what is associated.',
  },
  flavor_not_associated: {
    status: 404,
    words: (f: { flavorId: string; versionId: string; associated: readonly Associated[] }) =>
      `Flavor ${f.flavorId} is not supported for datastore version ${f.versionId}`,
    hint: f => `Nothing was changed. ${notAssociated(f.associated)}`,
  },
  flavors_to_associate_unknown: {
    status: 400,
    words: (f: { flavorIds: readonly string[] } & Meant) =>
      f.flavorIds.length === 1
        ? `Flavor '${f.flavorIds[0]}' does not exist.`
        : `These flavors do not exist: ${f.flavorIds.map(id => `'${id}'`).join(', ')}.`,
    hint: f =>
      `Nothing was changed. ${didYouMeanFlavor(f)}Give flavor ids, not names, as \`trove-manage flavor_list\` shows them; --no-check skips this test.`,
  },
  flavors_break_requirements: {
    status: 400,
    words: (f: { versionId: string; misfits: readonly Misfit[] }) =>
      f.misfits
        .map(({ flavorId, verdict }) => breachWords({ flavorId, versionId: f.versionId, reasons: verdict.reasons }))
        .join(' '),
    hint: () => 'Nothing was changed. --force associates all the same; the version goes on refusing what does not fit.',
    data: (f: { misfits: readonly Misfit[] }) => ({
      flavors: f.misfits.map(({ flavorId, verdict }) => ({ id: flavorId, reasons: verdict.reasons })),
    }),
  },
  flavor_id_unusable: {
    status: 400,
    words: (f: { flavorId: string; problem: string }) => `Flavor id '${f.flavorId}' ${f.problem}.`,
  },
  requirement_not_understood: {
    status: 400,
    words: (f: { typed: string; column: number; expected: string; found: string }) =>
      `Requirement '${f.typed}' cannot be understood: at column ${f.column}, ${f.found} was found, but ${f.expected} was expected.`,
    hint: f => [...caret(f.typed, f.column), ...(isCutShort(f) ? [shellHint] : []), grammarHint].join('\n'),
    data: f => ({ requirement: f.typed, column: f.column, expected: f.expected, found: f.found }),
  },
  requirement_unusable: {
    status: 400,
    words: (f: { requirement: string; problem: string }) => `Requirement '${f.requirement}' ${f.problem}.`,
  },
  requirement_already_set: {
    status: 409,
    words: (f: { requirement: string; versionId: string; stored: string }) =>
      f.stored === f.requirement
        ? `Requirement ${f.requirement} is already set for datastore version ${f.versionId}`
        : `Requirement ${f.requirement} is already set for datastore version ${f.versionId} as '${f.stored}', which databases that fold case, accents and trailing spaces hold to be the same`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_requirement_list` shows what is set.',
  },
  requirement_not_set: {
    status: 404,
    words: (f: { requirement: string; versionId: string }) =>
      `Requirement ${f.requirement} is not set for datastore version ${f.versionId}`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_flavor_requirement_list` shows what is set.',
  },
  no_requirements: {
    status: 400,
    words: (_: Record<string, never>) => 'No requirement was given.',
    hint: () => "Give one or more, each in quotes: 'ram>=2GiB' 'vcpus>=2'.",
  },
  finding_kind_unknown: {
    status: 400,
    words: (f: { kind: string; known: readonly string[] }) =>
      `There is no kind of finding '${f.kind}'. These are known: ${f.known.join(', ')}.`,
  },
  flavor_list_required: {
    status: 400,
    words: (_: Record<string, never>) => "Validation error: either 'flavor_ids' or 'flavors' is required.",
  },
  no_flavor_ids: {
    status: 400,
    words: (_: Record<string, never>) => 'No flavor id was given.',
    hint: () => 'Give one or more ids, separated by commas: 1,2,3.',
  },
})
