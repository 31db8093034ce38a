import { strip } from './ini.ts'
import type { Option } from './option.ts'
import { quoted, ValueProblem } from './value-problem.ts'

export type Value = string | number | boolean | readonly string[] | undefined

/**
 * True if the texts of a key leave it unset: files from templates have `key =` where there is no value. An empty list
 * counts as set.
 */
export function isEmpty(texts: readonly string[], { kind }: Option): boolean {
  if (kind === 'several') return texts.every(text => text === '')
  const text = texts.at(-1)
  if (text === undefined) return true
  return kind !== 'list' && (kind === 'whole number' ? strip(text) : text) === ''
}

/**
 * Reads the texts of a key as oslo.config does. Throws a ValueProblem.
 *
 * @param texts every value of the key; for most kinds the last one counts
 */
export function convert(texts: readonly string[], option: Option): Value {
  if (option.kind === 'several') return texts.filter(text => text !== '')
  const text = texts.at(-1)
  if (text === undefined) return option.kind === 'list' ? [] : undefined
  switch (option.kind) {
    case 'list':
      return listOf(text)
    case 'text':
      return textOf(text, option.choices)
    case 'whole number':
      return wholeNumberOf(text, option)
    case 'flag':
      return flagOf(text)
  }
}

/** How oslo.config fills in the value of an option where another value refers to it. */
export function writtenByReference(text: string, option: Option): string {
  if (option.kind === 'flag' && text !== '') return flagOf(text) ? 'True' : 'False'
  if (option.kind === 'whole number' && text !== '') return String(wholeNumberOf(text, option))
  return text
}

const problem = (shown: string, what: string) => new ValueProblem(`${shown} ${what}`, `the value ${what}`)

function textOf(text: string, choices: readonly string[] | undefined): string {
  if (!choices || choices.includes(text)) return text
  const expected = `expected one of ${choices.join(', ')}`
  throw new ValueProblem(`unknown value ${quoted(text)}; ${expected}`, `unknown value; ${expected}`)
}

function listOf(text: string): string[] {
  const inner = strip(text).replace(/,+$/, '')
  return inner === '' ? [] : inner.split(',').map(strip)
}

function wholeNumberOf(text: string, { min, max }: Option): number {
  const digits = strip(text)
  const number = Number(digits.replaceAll('_', ''))
  if (!/^[+-]?\d+(?:_\d+)*$/.test(digits) || !Number.isSafeInteger(number))
    throw problem(quoted(text), 'is not a whole number')
  if (min !== undefined && number < min) throw problem(digits, `is less than ${min}`)
  if (max !== undefined && number > max) throw problem(digits, `is more than ${max}`)
  return number
}

function flagOf(text: string): boolean {
  const word = text.toLowerCase()
  if (['true', '1', 'on', 'yes'].includes(word)) return true
  if (['false', '0', 'off', 'no'].includes(word)) return false
  throw problem(quoted(text), 'is neither true nor false')
}
