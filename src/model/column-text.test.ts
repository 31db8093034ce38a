import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { columnTextProblem } from './column-text.ts'

describe('text for a column of 128 characters', () => {
  const nul = 'contains a NUL character'
  const emoji = 'contains a character that the database cannot store (such as an emoji)'
  const rows: [description: string, text: string, problem: string | undefined][] = [
    ['plain text', 'm1.large', undefined],
    ['nothing', '', undefined],
    ['128 characters', 'x'.repeat(128), undefined],
    ['129 characters', 'x'.repeat(129), 'is longer than 128 characters'],
    ['128 characters of three bytes', '漢'.repeat(128), undefined],
    ['the last character of the basic plane', '\uffff', undefined],
    ['quotes, backslashes and line breaks', '\'"\\\n\t', undefined],
    ['a NUL', 'a\0b', nul],
    ['the first character beyond the basic plane', '\u{10000}', emoji],
    ['an emoji', 'big 😀', emoji],
    ['the last Unicode character', '\u{10ffff}', emoji],
    ['half a surrogate pair at the end', 'a\ud83d', 'is not well-formed Unicode'],
    ['half a surrogate pair at the start', '\ude00a', 'is not well-formed Unicode'],
  ]
  for (const [description, text, problem] of rows)
    test(`${description}: ${problem ?? 'can be stored'}`, () => assert.equal(columnTextProblem(text, 128), problem))

  test('the maximum length is that of the column', () => {
    assert.equal(columnTextProblem('x'.repeat(255), 255), undefined)
    assert.equal(columnTextProblem('x'.repeat(256), 255), 'is longer than 255 characters')
  })
})
