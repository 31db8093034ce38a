import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sourceWords, withSource } from './typed-command.ts'

test('the options that select an installation are repeated in their order, quoted for a shell', () => {
  assert.equal(sourceWords({}), '')
  assert.equal(sourceWords({ dataDir: 'data' }), ' --data-dir data')
  const places = [{ file: 'a.conf' }, { folder: '/etc/our conf.d' }]
  assert.equal(
    sourceWords({ places, dataDir: "it's" }),
    ` --config-file a.conf --config-dir '/etc/our conf.d' --data-dir 'it'\\''s'`,
  )
})

describe('the options are added', () => {
  const rows: [what: string, text: string, words: string, typed: string][] = [
    ['to nothing, if there are none', 'Run `trove-manage db_sync`.', '', 'Run `trove-manage db_sync`.'],
    [
      'to each command in a sentence',
      '`trove-manage a 1`, then `trove-manage b`.',
      ' -o',
      '`trove-manage -o a 1`, then `trove-manage -o b`.',
    ],
    ['to a command line', 'trove-manage a 1', ' -o', 'trove-manage -o a 1'],
    [
      'to each of several commands',
      'trove-manage a 1 && trove-manage b',
      ' -o',
      'trove-manage -o a 1 && trove-manage -o b',
    ],
    ['once', '`trove-manage --data-dir x a`', ' -o', '`trove-manage --data-dir x a`'],
    ['as they are', '`trove-manage a`', " --data-dir '$1$&'", "`trove-manage --data-dir '$1$&' a`"],
    ['not to other commands', 'openstack database instance list', ' -o', 'openstack database instance list'],
    ['not to a sentence about the program', 'trove-manage: a name', ' -o', 'trove-manage: a name'],
  ]
  for (const [what, text, words, typed] of rows) test(what, () => assert.equal(withSource(text, words), typed))
})
