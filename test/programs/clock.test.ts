import assert from 'node:assert/strict'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeInstallation, type Running, tokenOf } from './installation.ts'

const { folder, startIn, stop, logIn, remove } = makeInstallation()

/** The clock of a program, and of whatever it starts, is as far ahead as this file says; time passes as it does. */
const offsetFile = join(folder, 'offset')
const setClock = (seconds: number) => writeFileSync(offsetFile, `${seconds < 0 ? '' : '+'}${seconds}`)
const dayS = 86_400

const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
const environment = {
  LD_PRELOAD: library ?? '',
  FAKETIME_TIMESTAMP_FILE: offsetFile,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  NO_FAKE_STAT: '1',
  OS_TROVETS__HEALTH_INTERVAL: '1',
}

/** When the worker looks at an instance next, and the pid of its server, as the database has them. */
function intentOf(id: string): { nextMs: number; pid: number } {
  const database = new DatabaseSync(join(folder, 'data/trove.sqlite'), { readOnly: true })
  try {
    const row = database.prepare('select next_at, process from trovets_instances where instance_id = ?').get(id)
    return { nextMs: Number(row?.next_at ?? 0), pid: Number(String(row?.process).split(':', 1)[0]) }
  } finally {
    database.close()
  }
}

type Session = Readonly<{ token: string; project: string }>

function theClock() {
  let server: Running & { url: string }
  let before_: Session
  before(async () => {
    setClock(0)
    server = await startIn({ environment }, 'data')
    before_ = await session()
  })
  after(async () => {
    setClock(0)
    await stop(server)
    remove()
  })

  const session = async () => tokenOf(await logIn(server.url, 'data'))
  const ask = async (own: Session, method: string, path: string, body?: object) => {
    const answer = await fetch(`${server.url}/v1.0/${own.project}${path}`, {
      method,
      headers: { 'x-auth-token': own.token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
  }
  const statusOf = async (own: Session, path = '/limits') => (await ask(own, 'GET', path)).status
  const revoke = ({ token }: Session) =>
    fetch(`${server.url}/identity/v3/auth/tokens`, {
      method: 'DELETE',
      headers: { 'x-auth-token': token, 'x-subject-token': token },
    })
  /** Asks until an instance is as it should be; ends in time, or says how it is. */
  async function becomes(own: Session, id: string, flavor: string, seconds: number, isSo = (): boolean => true) {
    const giveUpAtMs = performance.now() + seconds * 1000
    for (;;) {
      const { instance } = (await ask(own, 'GET', `/instances/${id}`)).body
      if (instance?.status === 'ACTIVE' && instance.flavor.id === flavor && isSo()) return
      if (performance.now() > giveUpAtMs) assert.fail(`${id} after ${seconds} s: ${JSON.stringify(instance)}`)
      await setTimeout(100)
    }
  }

  test('a revoked token stays revoked while the clock goes ahead and back', async () => {
    const revoked = await session()
    assert.equal((await revoke(revoked)).status, 204)
    for (const seconds of [7200, 0, dayS, -dayS, 0]) {
      setClock(seconds)
      const another = await session()
      assert.equal(await statusOf(another), 200)
      assert.equal((await revoke(another)).status, 204)
      assert.deepEqual([await statusOf(revoked), await statusOf(another)], [401, 401], `${seconds} s ahead`)
    }
    assert.equal(await statusOf(before_), 200)
  })

  test('a token issued a day ahead ends when the clock is put right', async () => {
    setClock(dayS)
    const ahead = await session()
    assert.equal(await statusOf(ahead), 200)
    setClock(0)
    assert.equal(await statusOf(ahead), 401)
  })

  test('the worker goes on when the clock is set back and ahead by a day, and heals what dies then', async () => {
    setClock(0)
    const [small, large] = ['12', '13']
    const wanted = { name: 'timed', flavorRef: small, volume: { size: 1 }, datastore: { type: 'postgresql' } }
    const { id } = (await ask(before_, 'POST', '/instances', { instance: wanted })).body.instance
    await becomes(before_, id, small, 120)

    setClock(dayS)
    const ahead = await session()
    const resize = { resize: { flavorRef: large } }
    assert.equal((await ask(ahead, 'POST', `/instances/${id}/action`, resize)).status, 202)
    setClock(0)
    await becomes(before_, id, large, 60)

    // As it would be left by a health check of a time that was a day ahead.
    setClock(dayS)
    await becomes(await session(), id, large, 60)
    while (intentOf(id).nextMs < Date.now() + (dayS * 1000) / 2) await setTimeout(50)
    setClock(0)
    const { pid } = intentOf(id)
    process.kill(pid, 'SIGKILL')
    await becomes(before_, id, large, 60, () => intentOf(id).pid > 0 && intentOf(id).pid !== pid)
    assert.doesNotMatch(server.said.err, /"level":50/)
  })
}

if (process.env.TROVE_TS_TEST_SYSTEM === '1')
  describe('a clock that is set while everything runs', { concurrency: false }, theClock)
else
  test('a clock that is set while everything runs', t =>
    t.diagnostic('not run: a clock that is set, which needs faketime; TROVE_TS_TEST_SYSTEM=1 runs it'))
