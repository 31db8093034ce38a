import { canonicalGlob } from './glob.ts'
import {
  isCanonicalNumber,
  type Operator,
  operators,
  type Property,
  properties,
  propertyNames,
  type Requirement,
  sizeUnits,
} from './requirement.ts'

/** Where an input is invalid: what was expected there, and what was found. */
export type ParseProblem = Readonly<{
  /** In characters, from 1. */
  column: number
  /** Ready to follow "expected". */
  expected: string
  found: string
}>

export const isProblem = (parsed: object): parsed is ParseProblem => 'expected' in parsed

/**
 * Parses a requirement as a user types it: with blanks between the parts, in any letter case, and with units. The grammar
 * is in `docs/reference/requirements.md`. Inputs with the same meaning give the same value, and so are stored as the same
 * text. Stored requirements are read by the stricter `readRequirement`.
 */
export function parseRequirement(text: string): Requirement | ParseProblem {
  const scan = scannerOf(text)
  const subject = readSubject(scan)
  if (isProblem(subject)) return subject
  const facts = 'property' in subject ? properties[subject.property] : undefined
  const allowed = facts?.kind === 'text' ? onlyEqual : operators
  const operator = scan.take(anyOf(allowed)) as Operator | undefined
  if (operator === undefined) return scan.problem(orList(allowed))
  const value = readValue(scan, facts, operator)
  if (typeof value === 'object') return value
  return { subject, operator, value }
}

function readValue(scan: Scanner, facts: Facts | undefined, operator: Operator): string | number | ParseProblem {
  if (facts?.kind === 'text') return readGlob(scan)
  return facts === undefined && operator === '=' ? readWord(scan) : readNumber(scan, facts)
}

/** Patterns have no order. */
const onlyEqual: readonly Operator[] = ['=']
const anyOf = (texts: readonly string[]) => new RegExp(texts.map(text => RegExp.escape(text)).join('|'), 'y')

const orList = (texts: readonly string[]) =>
  texts.length > 1 ? `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}` : texts.join()

type Scanner = ReturnType<typeof scannerOf>
type Subject = Requirement['subject']
type Facts = (typeof properties)[Property]

/** Reads a text part by part, and ignores blanks between the parts. */
function scannerOf(text: string) {
  let at = 0
  const skipBlanks = () => {
    while (text[at] === ' ' || text[at] === '\t') at++
  }
  skipBlanks()
  const columnOf = (index: number) => [...text.slice(0, index)].length + 1
  return {
    /** Consumes and returns the part that begins here, if it has this shape. */
    take(shape: RegExp): string | undefined {
      shape.lastIndex = at
      const part = shape.exec(text)?.[0]
      if (part === undefined) return undefined
      at += part.length
      skipBlanks()
      return part
    },
    isAtEnd: () => at === text.length,
    here: () => at,
    /** @param index the start of the unexpected part; by default the current position */
    problem(expected: string, index = at): ParseProblem {
      const part = /[\p{L}\p{N}_.]+|[^\p{L}\p{N}_.]/uy
      part.lastIndex = index
      const found = part.exec(text)?.[0]
      return { column: columnOf(index), expected, found: found === undefined ? 'the end' : `'${visible(found)}'` }
    },
  }
}

const foundMax = 30

/** Makes a part fit for display: a long one is cut short, and an invisible character is shown by its code point. */
const visible = (part: string) =>
  part.length > foundMax
    ? `${part.slice(0, foundMax)}…`
    : part.replace(/[\p{C}\p{Z}]/gu, sign => `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)

const subjects = orList([...propertyNames, 'extra_specs[KEY]'])

function readSubject(scan: Scanner): Subject | ParseProblem {
  const begin = scan.here()
  const name = scan.take(/[a-z_]+/iy)?.toLowerCase() ?? ''
  if (name === 'extra_specs') return readExtraSpec(scan)
  const denominators = denominatorsOf(name)
  if (denominators.length > 0 && scan.take(/\//y)) {
    const denominatorBegin = scan.here()
    const denominator = scan.take(/[a-z_]+/iy)?.toLowerCase() ?? ''
    if (!denominators.includes(denominator)) return scan.problem(orList(denominators), denominatorBegin)
    return { property: `${name}/${denominator}` as Property }
  }
  return Object.hasOwn(properties, name) ? { property: name as Property } : scan.problem(subjects, begin)
}

/** Returns the properties that a property can be divided by. */
const denominatorsOf = (numerator: string) =>
  propertyNames.filter(name => name.startsWith(`${numerator}/`)).map(name => name.slice(numerator.length + 1))

function readExtraSpec(scan: Scanner): Subject | ParseProblem {
  if (!scan.take(/\[/y)) return scan.problem("'[' and the key of an extra spec")
  const key = scan.take(/[^\]\r\n\u2028\u2029]+/uy)?.trim()
  if (!key) return scan.problem('the key of an extra spec')
  return scan.take(/\]/y) ? { extraSpec: key } : scan.problem("']'")
}

/** Reads the rest of the line: a number if it looks like one, otherwise a word. */
function readWord(scan: Scanner): string | number | ParseProblem {
  const word = readLine(scan, 'a number or a word')
  return typeof word === 'string' && isCanonicalNumber(word) ? Number(word) : word
}

function readGlob(scan: Scanner): string | ParseProblem {
  const glob = readLine(scan, 'a name or a pattern with * and ?')
  return typeof glob === 'string' ? canonicalGlob(glob) : glob
}

/** Reads the rest of the line, which must not be blank. */
function readLine(scan: Scanner, expected: string): string | ParseProblem {
  const begin = scan.here()
  const line = scan.take(/.+/uy)?.trim()
  if (!line) return scan.problem(expected, begin)
  return scan.isAtEnd() ? line : scan.problem('the end')
}

const sizeUnitNames = Object.keys(sizeUnits) as (keyof typeof sizeUnits)[]

/** @param facts undefined for an extra spec, whose numbers have no unit */
function readNumber(scan: Scanner, facts: Extract<Facts, { kind: 'number' }> | undefined): number | ParseProblem {
  const { sizeIn, isWhole = false, unit: ownUnit } = facts ?? {}
  const begin = scan.here()
  const digits = scan.take(/[0-9]+(?:\.[0-9]+)?/y)
  if (digits === undefined) return scan.problem('a number')
  const unitBegin = scan.here()
  const typed = sizeIn && scan.take(/[\p{L}]+/uy)?.toLowerCase()
  const unit = typed === undefined ? sizeIn : sizeUnitNames.find(name => name.toLowerCase() === typed)
  if (typed !== undefined && unit === undefined) return scan.problem(knownUnits(typed), unitBegin)
  if (!scan.isAtEnd())
    return scan.problem(typed === undefined && sizeIn ? orList([...sizeUnitNames, 'the end']) : 'the end')
  const number = sizeIn && unit ? (Number(digits) * sizeUnits[unit]) / sizeUnits[sizeIn] : Number(digits)
  if (isWhole && !Number.isInteger(number)) return scan.problem(`a whole number of ${ownUnit}`, begin)
  return isExact(number, digits) ? number : scan.problem('a number that can be stored exactly', begin)
}

/** MB and GB are rejected because they are used for powers of both 1000 and 1024. */
const knownUnits = (unit: string) =>
  `${orList(sizeUnitNames)}${/^[kmgtp]b?$/.test(unit) ? ` (${unit.toUpperCase()} is ambiguous)` : ''}`

/** True when a double holds exactly the number that was typed, and the canonical spelling can express it. */
const isExact = (number: number, digits: string) =>
  isCanonicalNumber(String(number)) && String(Number(digits)) === withoutIdleZeros(digits)

const withoutIdleZeros = (digits: string) => {
  const whole = digits.replace(/^0+(?=[0-9])/, '')
  return whole.includes('.') ? whole.replace(/\.?0+$/, '') : whole
}
