import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSecretKey } from './secret-key-file.ts'
import { openSecrets } from './secrets.ts'

function newKeyFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'secret.key')
}

const keysIn = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

test('every process with the key file can decrypt, and each encryption of a text differs', t => {
  const file = newKeyFile(t)
  const secrets = openSecrets(file)
  const sealed = secrets.seal('an admin password')
  assert.notEqual(secrets.seal('an admin password'), sealed)
  assert.equal(openSecrets(file).unseal(sealed), 'an admin password')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a text that was encrypted with another key, or altered, is refused with a message', t => {
  const secrets = openSecrets(newKeyFile(t))
  const sealed = Buffer.from(secrets.seal('text'), 'base64')
  sealed[sealed.length - 1]! ^= 1
  for (const bad of [openSecrets(newKeyFile(t)).seal('text'), sealed.toString('base64'), '', 'nonsense']) {
    assert.throws(() => secrets.unseal(bad), /encrypted with another key than the one in/)
    assert.equal(secrets.reseal(bad), 'unreadable')
  }
})

test('the one-line key file of earlier releases is read', t => {
  const file = newKeyFile(t)
  const key = randomBytes(32).toString('base64')
  for (const text of [`${key}\n`, key]) {
    writeFileSync(file, text)
    const secrets = openSecrets(file)
    assert.equal(secrets.unseal(secrets.seal('text')), 'text')
  }
  writeFileSync(file, 'too short\n')
  assert.throws(() => openSecrets(file).seal('text'), /cannot be used: it does not contain a key of 32 bytes in base64/)
})

test('a running process uses a new key, and can still decrypt what it has read before', async t => {
  const file = newKeyFile(t)
  const secrets = openSecrets(file)
  const old = secrets.seal('text')
  const [before] = keysIn(file)
  await openSecretKey(file).change(async () => {
    assert.deepEqual(keysIn(file).slice(1), [before])
    const resealed = secrets.reseal(old)
    assert.ok(typeof resealed === 'object')
    assert.equal(secrets.reseal(resealed.sealed), 'as it is')
    assert.equal(openSecrets(file).unseal(old), 'text')
    assert.equal(openSecrets(file).unseal(resealed.sealed), 'text')
  })
  assert.equal(keysIn(file).length, 1)
  assert.notEqual(keysIn(file)[0], before)
  assert.equal(secrets.unseal(old), 'text')
  assert.equal(openSecrets(file).unseal(secrets.seal('new')), 'new')
  assert.throws(() => openSecrets(file).unseal(old), /another key/)
})

test('an interrupted key change resumes with the same new key', async t => {
  const file = newKeyFile(t)
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

test('the key file is readable by its owner only, and only its lock remains beside it', async t => {
  const file = newKeyFile(t)
  openSecrets(file).seal('text')
  chmodSync(file, 0o600)
  await openSecretKey(file).change(async () => assert.equal(statSync(file).mode & 0o777, 0o600))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(join(file, '..')).sort(), ['secret.key', 'secret.key.lock'])
})

test('concurrent key changes run one after another, and no key in use is lost', async t => {
  const file = newKeyFile(t)
  const secrets = openSecrets(file)
  let sealed = secrets.seal('text')
  const changes = Array.from({ length: 4 }, () =>
    openSecretKey(file).change(async () => {
      const resealed = openSecrets(file).reseal(sealed)
      assert.ok(typeof resealed === 'object')
      sealed = resealed.sealed
    }),
  )
  await Promise.all(changes)
  assert.equal(openSecrets(file).unseal(sealed), 'text')
  assert.equal(keysIn(file).length, 1)
})

test('a key change does not create a missing key file', async t => {
  const file = newKeyFile(t)
  await assert.rejects(
    openSecretKey(file).change(async () => {}),
    /There is no secret key .*, so nothing is encrypted with it\. Specify the --data-dir or --config-file/,
  )
})
