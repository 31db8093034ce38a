import { matchesGlob } from './glob.ts'
import type { FlavorPolicy, PolicyRequirement } from './policy-rows.ts'
import { comparedText, type Requirement } from './requirement.ts'

/** Two requirements that no flavor can meet together. */
export type Contradiction = readonly [one: string, other: string]

/** Why no flavor is left. `listIsEmpty`: only listed flavors are allowed, and there are none. */
export type NoneLeft = Readonly<{ contradictions: readonly Contradiction[]; listIsEmpty: boolean }>

/** How many flavors a change leaves. */
type FlavorCounts = Readonly<{ flavorsAllowed: number; flavorsFellOut: number }>

/**
 * Returns what is wrong with a change after which no flavor is allowed: the last flavors fell out, or a requirement
 * contradicts another one, so that no flavor will ever be allowed. Undefined for any other change, also for one that
 * leaves a version as closed as it was, since an operator must be able to repair it step by step.
 */
export function noneLeft(
  before: FlavorPolicy,
  after: FlavorPolicy,
  { flavorsAllowed, flavorsFellOut }: FlavorCounts,
): NoneLeft | undefined {
  const known = contradictionsOf(before.requirements)
  const contradictions = [...contradictionsOf(after.requirements)].flatMap(([subject, pair]) =>
    known.has(subject) ? [] : [pair],
  )
  const areLastGone = flavorsAllowed === 0 && flavorsFellOut > 0
  const listIsEmpty = after.associated.size === 0 && after.lists.some(({ level }) => level === 'refuse')
  return areLastGone || contradictions.length > 0 ? { contradictions, listIsEmpty } : undefined
}

type Readable = Readonly<{ text: string; requirement: Requirement }>

/** The contradictions among the requirements that refuse flavors: at most one for each property or extra spec. */
function contradictionsOf(requirements: readonly PolicyRequirement[]): ReadonlyMap<string, Contradiction> {
  const refusing = requirements.flatMap(({ text, requirement, level }): Readable[] =>
    requirement && level === 'refuse' ? [{ text, requirement }] : [],
  )
  const bySubject = Map.groupBy(refusing, ({ requirement: { subject } }) => JSON.stringify(subject))
  return new Map(
    [...bySubject].flatMap(([subject, rules]): [string, Contradiction][] => {
      const pair = contradictionAmong(rules)
      return pair ? [[subject, pair]] : []
    }),
  )
}

/** Requirements for the same property or extra spec. */
function contradictionAmong(rules: readonly Readable[]): Contradiction | undefined {
  const words = rules.filter(({ requirement }) => typeof requirement.value === 'string')
  if (rules.some(({ text }) => comparedText(text) !== undefined)) return contradictionAmongPatterns(words)
  const [word] = words
  const otherWord = words.find(({ requirement }) => requirement.value !== word?.requirement.value)
  if (word && otherWord) return [word.text, otherWord.text]
  const compared = rules.flatMap(rule => {
    const value = numberOf(rule.requirement.value)
    return value === undefined ? [] : [{ ...rule, value }]
  })
  const [number] = compared
  if (word && number && numberOf(word.requirement.value) === undefined) return [word.text, number.text]
  const least = compared.filter(({ requirement: { operator } }) => operator !== '<=').sort((a, b) => b.value - a.value)
  const most = compared.filter(({ requirement: { operator } }) => operator !== '>=').sort((a, b) => a.value - b.value)
  const [low, high] = [least[0], most[0]]
  return low && high && low.value > high.value ? [low.text, high.text] : undefined
}

/** Two patterns can mostly be met by one name. Only a pattern without wildcards is certain to exclude others. */
function contradictionAmongPatterns(rules: readonly Readable[]): Contradiction | undefined {
  const patternOf = ({ requirement }: Readable) => String(requirement.value)
  for (const plain of rules.filter(rule => !/[*?]/.test(patternOf(rule)))) {
    const other = rules.find(rule => !matchesGlob(patternOf(rule), patternOf(plain)))
    if (other) return [plain.text, other.text]
  }
  return undefined
}

/** A flavor's extra spec is compared as a number if it reads as one, so a word like `007` can meet both. */
function numberOf(value: number | string): number | undefined {
  const number = Number(value)
  return String(value).trim() === '' || !Number.isFinite(number) ? undefined : number
}
