import { columnTextProblem } from '../../model/column-text.ts'
import { Refused } from '../../model/refused.ts'
import { neverWaived, type ReasonCode, reasonCodes } from '../../model/verdict.ts'
import { isProblem, parseRequirement } from '../allowed/flavor/parse-requirement.ts'
import { flavorRefusal } from '../allowed/flavor/refusals.ts'
import { printRequirement } from '../allowed/flavor/requirement.ts'
import { waiverRefusal } from './refusals.ts'

/** The codes that a waiver can name. `not_associated` is the list. */
export const waivableCodes: readonly ReasonCode[] = reasonCodes.filter(code => !neverWaived.includes(code))

const reasonsMax = 50

/**
 * Splits a list of reasons on a command line at its commas. A requirement about an extra spec can contain commas, so it goes
 * on to the end of the text.
 */
export function splitReasons(text: string): string[] {
  const [first = '', ...rest] = /^\s*extra_specs/i.test(text) ? [text] : text.split(',')
  const entry = first.trim()
  return [...(entry === '' ? [] : [entry]), ...(rest.length > 0 ? splitReasons(rest.join(',')) : [])]
}

/**
 * Reads the reasons that a waiver names: codes, and requirements in any spelling. Returns them as they are stored, sorted and
 * without repetition; none for every reason.
 */
export function waivedReasons(entries: readonly string[]): readonly string[] | Refused {
  const read = entries.map(readReason)
  const refused = read.find(each => each instanceof Refused)
  if (refused) return refused
  const reasons = [...new Set(read as string[])].sort()
  return reasons.length > reasonsMax ? waiverRefusal.waiver_reasons_too_many({ max: reasonsMax }) : reasons
}

function readReason(typed: string): string | Refused {
  const word = typed.trim()
  if (neverWaived.some(code => code === word)) return waiverRefusal.waiver_reason_never_waived({ code: word })
  if (waivableCodes.some(code => code === word)) return word
  // Without an operator it is most likely a misspelt code.
  if (/^\w*$/.test(word)) return waiverRefusal.waiver_reason_unknown({ typed, codes: waivableCodes })
  const parsed = parseRequirement(typed)
  if (isProblem(parsed)) return flavorRefusal.requirement_not_understood({ typed, ...parsed })
  const text = printRequirement(parsed)
  const problem = columnTextProblem(text, 128)
  return problem === undefined ? text : flavorRefusal.requirement_unusable({ requirement: text, problem })
}
