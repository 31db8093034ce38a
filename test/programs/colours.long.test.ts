import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'trove-ts-colours-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const program = join(import.meta.dirname, '../../bin/trove-manage.js')

/** Runs trove-manage on a terminal (`script` makes one) or with its output piped. */
function manage(where: 'on a terminal' | 'piped', args: string, environment: NodeJS.ProcessEnv = {}) {
  const line = `'${process.execPath}' '${program}' ${args}`
  // Nothing else of the environment: Node takes colours away for CI, NO_COLOR and more, terminals or not.
  const { PATH, HOME } = process.env
  const options = {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, HOME, TERM: 'xterm-256color', ...environment },
  } as const
  const run =
    where === 'piped'
      ? spawnSync('sh', ['-c', `${line} 2>&1`], options)
      : spawnSync('script', ['-qec', line, '/dev/null'], options)
  return run.stdout
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told in is looked for
const colour = /\u001b\[\d+m/

test('words are set off on a terminal, and as they are where they are piped or nobody wants colours', () => {
  manage('piped', 'db_sync')
  for (const args of ['datastore_list', 'datastore_version_list nowhere', 'nonsense', '--help']) {
    const plain = manage('piped', args)
    assert.doesNotMatch(plain, colour, args)
    assert.doesNotMatch(manage('on a terminal', args, { NO_COLOR: '1' }), colour, args)
    const painted = manage('on a terminal', args)
    assert.match(painted, colour, args)
    const unpainted = painted.replaceAll(new RegExp(colour, 'g'), '').replaceAll('\r', '')
    if (args !== '--help') assert.equal(unpainted, plain, args)
  }
})

test('what programs read is never painted', () => {
  for (const format of ['json', 'csv', 'yaml', 'value'])
    assert.doesNotMatch(manage('on a terminal', `datastore_list -f ${format}`), colour, format)
})
