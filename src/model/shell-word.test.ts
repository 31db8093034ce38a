import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { shellWord } from './shell-word.ts'

test('plain words are not changed', () => {
  for (const word of ['mysql', '/srv/trove', '8.0.39', 'a@b:c-d_e']) assert.equal(shellWord(word), word)
})

test('a shell reads every text unchanged', () => {
  const texts = ['', ' ', 'two words', "it's", '"', '$HOME', '`id`', 'ram>=2GiB', '*', '\\', "''", 'größer']
  const read = execFileSync('sh', ['-c', `printf '%s|' ${texts.map(shellWord).join(' ')}`], { encoding: 'utf8' })
  assert.equal(read, texts.map(text => `${text}|`).join(''))
})

test('characters that a terminal would not show are shown as escapes, and a shell reads them unchanged', () => {
  const texts = ['a\nb', '\u001b[2Jgone', "it's\tquoted", '\\n\n', '\u009bJ', 'gpj.\u202eexe', '\n0a']
  for (const text of texts) assert.match(shellWord(text), /^\$'[^\p{Cc}\u202e]*'$/u)
  const script = `printf '%s|' ${texts.map(shellWord).join(' ')}`
  const read = execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  assert.equal(read, texts.map(text => `${text}|`).join(''))
})
