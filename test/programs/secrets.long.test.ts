import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openDatabase } from '../../src/db/database.ts'
import { openStores } from '../../src/db/stores/index.ts'
import { openSecrets } from '../../src/main/secrets.ts'
import { logInAs, makeInstallation, type Running, tokenOf } from './installation.ts'

const { folder, run, start, stop, manage, passwordOf, remove } = makeInstallation()
const dataDir = 'secrets'
const keyFile = join(folder, dataDir, 'secret.key')
const keyCount = () => readFileSync(keyFile, 'utf8').trim().split('\n').length

describe('secrets are changed while the service runs', { concurrency: false }, () => {
  let server: Running & { url: string }
  let id: string
  before(async () => {
    server = await start(dataDir)
    id = await create('shop')
    await until(async () => (await show(id)).operating_status === 'HEALTHY')
  })
  after(async () => {
    await stop(server)
    remove()
  })

  const logIn = async () => {
    const { username, password } = passwordOf(dataDir, 'trove-demo')
    return tokenOf(await logInAs(server.url, username, password))
  }

  async function call(method: string, path: string, body?: object) {
    const { token, project } = await logIn()
    const headers = { 'x-auth-token': token, 'content-type': 'application/json', connection: 'close' }
    const given = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${server.url}/v1.0/${project}${path}`, { method, headers, ...given })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }

  async function create(name: string): Promise<string> {
    const databases = [{ name: 'goods' }]
    const instance = { name, flavorRef: '13', volume: { size: 1 }, databases }
    return (await call('POST', '/instances', { instance })).instance.id
  }

  const show = async (id: string) => (await call('GET', `/instances/${id}`)).instance

  async function until(isSo: () => Promise<boolean>) {
    for (const giveUpAtMs = performance.now() + 120_000; !(await isSo()); await setTimeout(200))
      assert.ok(performance.now() < giveUpAtMs, 'it did not come about')
  }

  /** What is sealed in the row of the instance, by name. */
  async function sealed(): Promise<{ adminPassword: string; nextAdminPassword: string | null }> {
    const database = await openDatabase(`sqlite:///${join(folder, dataDir, 'trove.sqlite')}`, {
      poolSizeMax: 1,
      create: false,
    })
    try {
      return (await openStores(database).instances.byId(id))!.intent!
    } finally {
      await database.close()
    }
  }

  const serves = async () =>
    assert.deepEqual((await call('GET', `/instances/${id}/databases`)).databases, [{ name: 'goods' }])

  test('a running API honours a new signing key at once: no token from before is worth anything', async () => {
    const old = await logIn()
    const status = async ({ token, project }: typeof old) =>
      (
        await fetch(`${server.url}/v1.0/${project}/instances`, {
          headers: { 'x-auth-token': token, connection: 'close' },
        })
      ).status
    assert.equal(await status(old), 200)
    const { code, err } = await manage(dataDir, 'signing_key_change')
    assert.equal(code, 0, err)
    assert.equal(await status(old), 401)
    assert.equal(await status(await logIn()), 200)
  })

  test('an administrator gets another password, and whoever waits is told', async () => {
    const { unseal } = openSecrets(keyFile)
    const old = unseal((await sealed()).adminPassword)
    const { code, out, err } = await manage(dataDir, 'instance_admin_password_change', id, '-f', 'csv')
    assert.equal(code, 0, err)
    assert.match(out, new RegExp(`"${id}","shop","True"`))
    assert.notEqual(unseal((await sealed()).adminPassword), old)
    assert.ok(!(out + err + server.said.out + server.said.err).includes(old))
    await serves()
  })

  test('who does not wait loses nothing: the worker goes on', async () => {
    const { unseal } = openSecrets(keyFile)
    const old = unseal((await sealed()).adminPassword)
    const { code, err } = await manage(dataDir, 'instance_admin_password_change', '--all', '--wait', '0')
    assert.ok(code === 0 || (code === 1 && /It is safe to run this command again/.test(err)), `${code} ${err}`)
    await until(async () => (await sealed()).nextAdminPassword === null)
    assert.notEqual(unseal((await sealed()).adminPassword), old)
    await serves()
  })

  test('a change of the secret key that is killed anywhere, beside creates, loses nothing', async () => {
    const first = readFileSync(keyFile, 'utf8')
    let isOver = false
    const creating = (async () => {
      for (let count = 0; !isOver && count < 4; count++) {
        const id = await create(`more ${count}`)
        await until(async () => (await show(id)).status === 'ACTIVE')
        await call('DELETE', `/instances/${id}`)
      }
    })()
    creating.catch(() => {})
    let interrupted = 0
    for (let attempt = 1; interrupted < 4; attempt++) {
      assert.ok(attempt < 40, 'no change was seen under way')
      const change = run('trove-manage', ['--data-dir', join(folder, dataDir), 'secret_key_change'])
      let hasEnded = false
      change.ended.then(() => (hasEnded = true))
      const wasLeft = keyCount() > 1
      // A change that goes on with two keys is killed anywhere; a new one as soon as both are there, or a moment later.
      if (wasLeft) await Promise.race([setTimeout(200 * (attempt % 5), undefined, { ref: false }), change.ended])
      else while (!hasEnded && keyCount() === 1) await setTimeout(0)
      if (attempt % 2 === 0) await setTimeout(3)
      change.child.kill('SIGKILL')
      await change.ended
      assert.equal(statSync(keyFile).mode & 0o777, 0o600)
      if (keyCount() > 1) interrupted++
      await serves()
    }
    isOver = true
    await creating
    const { code, err } = await manage(dataDir, 'secret_key_change')
    assert.equal(code, 0, err)
    assert.equal(keyCount(), 1)
    assert.ok(!readFileSync(keyFile, 'utf8').includes(first))
    // Whoever starts now, with nothing but the file, opens what the database keeps.
    openSecrets(keyFile).unseal((await sealed()).adminPassword)
    await serves()
  })
})
