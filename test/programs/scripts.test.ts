import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts

/** These take no arguments. */
const withoutArguments = ['build', 'prepack', 'gen', 'check', 'fix']

/** What `npm run SCRIPT -- args` runs. */
async function run(script: string, ...args: string[]) {
  const child = spawn('sh', ['-c', `exec ${scripts[script]} ${args.join(' ')}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

describe('a script of package.json that takes arguments', { concurrency: 2 }, () => {
  for (const script of Object.keys(scripts).filter(name => !withoutArguments.includes(name))) {
    test(`npm run ${script} -- --help shows how it is called`, async () => {
      const { code, out, err } = await run(script, '--help')
      assert.deepEqual([code, err], [0, ''])
      assert.match(out, script === 'start' ? /^Usage: trove-all-in-one/ : /^ {2}npm (run )?[\w:]+/m)
    })

    test(`npm run ${script} -- --nonsense is a sentence and exit 2`, async () => {
      const { code, out, err } = await run(script, '--nonsense')
      assert.deepEqual([code, out], [2, ''], err)
      assert.match(err, /^.*(unknown|Unknown) option '--nonsense'/)
      assert.match(err, /--help/)
      assert.doesNotMatch(err, /\n\s+at /)
    })
  }

  const wrong: readonly (readonly [script: string, args: readonly string[], sentence: RegExp])[] = [
    ['tour', ['docs/how-to/nothing.md'], /^Page not found: 'docs\/how-to\/nothing\.md'\.$/m],
    ['tour', ['README.md', 'SECURITY.md'], /^Only one page at a time, not 2\.$/m],
    ['test', ['test/nothing'], /^No tests found at 'test\/nothing'\.$/m],
    ['test:openstack', ['nothing.rig.ts'], /^File not found: 'nothing\.rig\.ts'\.$/m],
    ['fuzz', ['--requests', 'many'], /^Invalid --requests 'many': a number is required\.$/m],
    ['fuzz', ['--requests'], /^Option '--requests <value>' argument missing\.$/m],
    ['faults', ['--engine', 'oracle'], /^The engine 'oracle' was not found on this machine\.$/m],
    ['test:mutants', ['nothing.ts'], /^File not found: 'nothing\.ts'\.$/m],
    ['bench', ['more'], /^Unknown subject 'more'; known are listing, write, gate, /m],
  ]
  for (const [script, args, sentence] of wrong)
    test(`npm run ${script} -- ${args.join(' ')} is a sentence and exit 2`, async () => {
      const { code, err } = await run(script, ...args)
      assert.equal(code, 2, err)
      assert.match(err, sentence)
    })
})
