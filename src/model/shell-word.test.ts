import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { shellWord } from './shell-word.ts'

test('plain words are not changed', () => {
  for (const word of ['mysql', '/srv/trove', '8.0.39', 'a@b:c-d_e']) assert.equal(shellWord(word), word)
})

test('a shell reads every text unchanged', () => {
  const texts = ['', ' ', 'two words', "it's", '"', '$HOME', '`id`', 'ram>=2GiB', '*', '\\', 'a\nb', "''", 'größer']
  const read = execFileSync('sh', ['-c', `printf '%s|' ${texts.map(shellWord).join(' ')}`], { encoding: 'utf8' })
  assert.equal(read, texts.map(text => `${text}|`).join(''))
})
