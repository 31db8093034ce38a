import { isCanonicalNumber, type Operator, type Property, properties, type Requirement } from './requirement.ts'

/** Where an input ceases to make sense: what could have stood there and what did. */
export type ParseProblem = Readonly<{
  /** In characters, from 1. */
  column: number
  /** Ready to follow "expected". */
  expected: string
  found: string
}>

export const isProblem = (parsed: object): parsed is ParseProblem => 'expected' in parsed

/**
 * Reads a requirement as people type it, by the grammar in `docs/reference/requirements.md`: blanks between the parts,
 * any letter case, and units. What means the same becomes the same value, and so is stored as the same text.
 */
export function parseRequirement(text: string): Requirement | ParseProblem {
  const scan = scannerOf(text)
  const subject = readSubject(scan)
  if (isProblem(subject)) return subject
  const operator = scan.take(/>=|<=|=/y) as Operator | undefined
  if (operator === undefined) return scan.problem('>=, <= or =')
  const wanted =
    'extraSpec' in subject && operator === '=' ? readWord(scan) : readNumber(scan, unitsOf(subject), wholeUnit(subject))
  if (typeof wanted === 'object') return wanted
  return { subject, operator, wanted }
}

type Scanner = ReturnType<typeof scannerOf>
type Subject = Requirement['subject']

/** Goes through a text part by part; blanks between the parts count for nothing. */
function scannerOf(text: string) {
  let at = 0
  const skipBlanks = () => {
    while (text[at] === ' ' || text[at] === '\t') at++
  }
  skipBlanks()
  const columnOf = (index: number) => [...text.slice(0, index)].length + 1
  return {
    /** The part that begins here, if it has this shape. */
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
    /** @param index where the part begins that should be another one; here when left out */
    problem(expected: string, index = at): ParseProblem {
      const part = /[\p{L}\p{N}_.]+|[^\p{L}\p{N}_.]/uy
      part.lastIndex = index
      const found = part.exec(text)?.[0]
      return { column: columnOf(index), expected, found: found === undefined ? 'the end' : `'${visible(found)}'` }
    },
  }
}

const foundMax = 30

/** A part as it can be shown: cut short, and what shows nothing by its number. */
const visible = (part: string) =>
  part.length > foundMax
    ? `${part.slice(0, foundMax)}…`
    : part.replace(/[\p{C}\p{Z}]/gu, sign => `U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)

const subjects = `${Object.keys(properties).join(', ')} or extra_specs[KEY]`

function readSubject(scan: Scanner): Subject | ParseProblem {
  const begin = scan.here()
  const name = scan.take(/[a-z_]+/iy)?.toLowerCase()
  if (name === 'extra_specs') return readExtraSpec(scan)
  const under = ratios[name as keyof typeof ratios]
  if (under !== undefined && scan.take(/\//y)) {
    const underBegin = scan.here()
    if (scan.take(/[a-z_]+/iy)?.toLowerCase() !== under) return scan.problem(under, underBegin)
    return { property: `${name}/${under}` as Property }
  }
  return name !== undefined && Object.hasOwn(properties, name)
    ? { property: name as Property }
    : scan.problem(subjects, begin)
}

/** What may stand over what. */
const ratios = { ram: 'vcpus', disk: 'ram' } as const

function readExtraSpec(scan: Scanner): Subject | ParseProblem {
  if (!scan.take(/\[/y)) return scan.problem("'[' and the key of an extra spec")
  const key = scan.take(/[^\]\r\n\u2028\u2029]+/uy)?.trim()
  if (!key) return scan.problem('the key of an extra spec')
  return scan.take(/\]/y) ? { extraSpec: key } : scan.problem("']'")
}

/** A word is whatever is no number, to the end of the line. */
function readWord(scan: Scanner): string | number | ParseProblem {
  const begin = scan.here()
  const word = scan.take(/.+/uy)?.trim()
  if (!word) return scan.problem('a number or a word', begin)
  if (!scan.isAtEnd()) return scan.problem('the end')
  return isCanonicalNumber(word) ? Number(word) : word
}

/** Unit in lower case → how many of the units that Nova counts in. */
type Units = Readonly<Record<string, number>>
const inMib: Units = { mib: 1, gib: 1024, tib: 1024 ** 2 }
const inGib: Units = { mib: 1 / 1024, gib: 1, tib: 1024 }

function unitsOf(subject: Subject): Units | undefined {
  if ('extraSpec' in subject || subject.property === 'vcpus' || subject.property === 'disk/ram') return undefined
  return properties[subject.property].unit === 'GiB' ? inGib : inMib
}

const wholeUnit = (subject: Subject) =>
  'property' in subject && properties[subject.property].isWhole ? properties[subject.property].unit : undefined

/** @param whole the unit of which only whole ones can be had; undefined where a fraction will do */
function readNumber(scan: Scanner, units: Units | undefined, whole: string | undefined): number | ParseProblem {
  const begin = scan.here()
  const digits = scan.take(/[0-9]+(?:\.[0-9]+)?/y)
  if (digits === undefined) return scan.problem('a number')
  const unitBegin = scan.here()
  const unit = units && scan.take(/[\p{L}]+/uy)?.toLowerCase()
  const factor = unit === undefined ? 1 : units![unit]
  if (factor === undefined) return scan.problem(knownUnits(unit!), unitBegin)
  if (!scan.isAtEnd()) return scan.problem(unit === undefined && units ? 'MiB, GiB, TiB or the end' : 'the end')
  const number = Number(digits) * factor
  if (whole !== undefined && !Number.isInteger(number)) return scan.problem(`a whole number of ${whole}`, begin)
  return isExact(number, digits) ? number : scan.problem('a number that can be stored exactly', begin)
}

/** A thousand or 1024 of them: MB and GB are used for both. */
const knownUnits = (unit: string) =>
  /^[kmgtp]b?$/.test(unit) ? `MiB, GiB or TiB (${unit.toUpperCase()} has two meanings)` : 'MiB, GiB or TiB'

/** Whether a double holds exactly what was given, and the canonical spelling can say it. */
const isExact = (number: number, digits: string) =>
  isCanonicalNumber(String(number)) && String(Number(digits)) === withoutIdleZeros(digits)

const withoutIdleZeros = (digits: string) => {
  const whole = digits.replace(/^0+(?=[0-9])/, '')
  return whole.includes('.') ? whole.replace(/\.?0+$/, '') : whole
}
