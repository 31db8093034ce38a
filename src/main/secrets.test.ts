import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSecretKey } from './secret-key-file.ts'
import { openSecrets } from './secrets.ts'

function aFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'secret.key')
}

const keysIn = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

test('what is sealed can be opened by every process that has the file, and is sealed another way each time', t => {
  const file = aFile(t)
  const secrets = openSecrets(file)
  const sealed = secrets.seal('an admin password')
  assert.notEqual(secrets.seal('an admin password'), sealed)
  assert.equal(openSecrets(file).unseal(sealed), 'an admin password')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('what another key sealed, or somebody altered, is refused in a sentence', t => {
  const secrets = openSecrets(aFile(t))
  const sealed = Buffer.from(secrets.seal('text'), 'base64')
  sealed[sealed.length - 1]! ^= 1
  for (const bad of [openSecrets(aFile(t)).seal('text'), sealed.toString('base64'), '', 'nonsense']) {
    assert.throws(() => secrets.unseal(bad), /sealed with another key than the one in/)
    assert.equal(secrets.reseal(bad), 'unreadable')
  }
})

test('the one-line file of a release before is read', t => {
  const file = aFile(t)
  const key = randomBytes(32).toString('base64')
  for (const text of [`${key}\n`, key]) {
    writeFileSync(file, text)
    const secrets = openSecrets(file)
    assert.equal(secrets.unseal(secrets.seal('text')), 'text')
  }
  writeFileSync(file, 'too short\n')
  assert.throws(() => openSecrets(file).seal('text'), /cannot be used: it does not hold a key of 32 bytes in base64/)
})

test('a process takes a new key up while it runs, and never fails to open what it has seen', async t => {
  const file = aFile(t)
  const secrets = openSecrets(file)
  const old = secrets.seal('text')
  const [before] = keysIn(file)
  await openSecretKey(file).change(async () => {
    assert.deepEqual(keysIn(file).slice(1), [before])
    const anew = secrets.reseal(old)
    assert.ok(typeof anew === 'object')
    assert.equal(secrets.reseal(anew.sealed), 'as it is')
    assert.equal(openSecrets(file).unseal(old), 'text')
    assert.equal(openSecrets(file).unseal(anew.sealed), 'text')
  })
  assert.equal(keysIn(file).length, 1)
  assert.notEqual(keysIn(file)[0], before)
  assert.equal(secrets.unseal(old), 'text')
  assert.equal(openSecrets(file).unseal(secrets.seal('new')), 'new')
  assert.throws(() => openSecrets(file).unseal(old), /another key/)
})

test('a change that was cut short goes on with the key that it began with', async t => {
  const file = aFile(t)
  openSecrets(file).seal('text')
  const cut = openSecretKey(file).change(async ({ isResumed }) => {
    assert.equal(isResumed, false)
    throw new Error('killed')
  })
  await assert.rejects(cut, /killed/)
  const [begun] = keysIn(file)
  await openSecretKey(file).change(async ({ isResumed }) => assert.equal(isResumed, true))
  assert.deepEqual(keysIn(file), [begun])
})

test('the file is whole, its owner’s alone, and nothing is left beside it but its lock', async t => {
  const file = aFile(t)
  openSecrets(file).seal('text')
  chmodSync(file, 0o600)
  await openSecretKey(file).change(async () => assert.equal(statSync(file).mode & 0o777, 0o600))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(join(file, '..')).sort(), ['secret.key', 'secret.key.lock'])
})

test('two changes at once follow one another: no key that something was sealed with is lost in between', async t => {
  const file = aFile(t)
  const secrets = openSecrets(file)
  let sealed = secrets.seal('text')
  const changes = Array.from({ length: 4 }, () =>
    openSecretKey(file).change(async () => {
      const anew = openSecrets(file).reseal(sealed)
      assert.ok(typeof anew === 'object')
      sealed = anew.sealed
    }),
  )
  await Promise.all(changes)
  assert.equal(openSecrets(file).unseal(sealed), 'text')
  assert.equal(keysIn(file).length, 1)
})

test('where there is no key, none is made to be changed', async t => {
  const file = aFile(t)
  await assert.rejects(
    openSecretKey(file).change(async () => {}),
    /There is no secret key .*, so nothing is sealed with it\. Give the --data-dir or --config-file/,
  )
})
