import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visibleText } from './visible-text.ts'

test('letters of all languages, emoji and punctuation are not changed', () => {
  for (const text of ['shop', 'größer', '店', 'магазин', '🛒', 'a\\b "c" <d> ]]>']) equal(visibleText(text), text)
})

test('characters that a reader cannot see become escapes', () => {
  const escapes = [
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['two\r\nlines', 'two\\x0d\\x0alines'],
    ['\u009b2J', '\\u009b2J'],
    ['a\u2028b', 'a\\u2028b'],
    ['gpj.\u202eexe', 'gpj.\\u202eexe'],
    ['\ud800 alone', '\\ud800 alone'],
    ['\uffff', '\\uffff'],
  ] as const
  for (const [text, visible] of escapes) equal(visibleText(text), visible)
})

test('every text becomes one line that is well-formed', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      match(visibleText(text), /^[^\p{Cc}\p{Surrogate}\u2028\u2029]*$/u)
    }),
  ))
