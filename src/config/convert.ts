import type { Option } from './option.ts'

export type Value = string | number | boolean | readonly string[] | undefined

/**
 * The value that texts stand for, as oslo.config reads them. Throws an Error that says what is wrong.
 *
 * @param texts every value that a key was given; of most kinds the last one counts
 */
export function convert(texts: readonly string[], option: Option): Value {
  const text = texts.at(-1)
  if (option.kind === 'several') return texts
  if (text === undefined) return option.kind === 'list' ? [] : undefined
  switch (option.kind) {
    case 'list':
      return listOf(text)
    case 'text':
      if (option.choices && !option.choices.includes(text))
        throw new Error(`unknown value '${text}'; expected one of ${option.choices.join(', ')}`)
      return text
    case 'whole number':
      return wholeNumberOf(text, option.min)
    case 'flag':
      return flagOf(text)
  }
}

function listOf(text: string): string[] {
  const inner = text.trim().replace(/,+$/, '')
  return inner === '' ? [] : inner.split(',').map(each => each.trim())
}

function wholeNumberOf(text: string, min: number | undefined): number {
  const number = Number(text)
  if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(number))
    throw new Error(`'${text}' is not a whole number`)
  if (min !== undefined && number < min) throw new Error(`${text} is less than ${min}`)
  return number
}

function flagOf(text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['true', '1', 'on', 'yes'].includes(word)) return true
  if (['false', '0', 'off', 'no'].includes(word)) return false
  throw new Error(`'${text}' is neither true nor false`)
}
