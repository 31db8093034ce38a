import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { parse } from 'yaml'
import { ledgerName } from '../../src/compute/local/host/place-folder.ts'
import { usualUserIds } from '../../src/compute/local/machine.ts'
import type { Isolation } from '../../src/model/isolation.ts'
import type { EngineBench, Login } from '../engines/engine-bench.ts'
import { enginesUnderTest } from '../engines/index.ts'
import { checkOutBefore, commitBefore, hasReleaseBefore, makeGround, openApi, type Person } from './release-before.ts'

type Ground = Awaited<ReturnType<typeof makeGround>>
type Api = Awaited<ReturnType<typeof openApi>>
type Shown = { status: string; operating_status: string; ip: string[]; port: number; isolation?: Isolation }

const nobody = { uid: 65_534, gid: 65_534 }
const isRoot = process.getuid?.() === 0
/** Root can be an ordinary user as well. */
const people: readonly (readonly [string, Person])[] = isRoot
  ? [
      ['root', undefined],
      ['an ordinary user', nobody],
    ]
  : [['an ordinary user', undefined]]

const apiAs = (ground: Ground, url: string, name: 'admin' | 'demo') => {
  const clouds = parse(readFileSync(join(ground.dataDir, 'clouds.yaml'), 'utf8')).clouds
  return openApi(url, { name, password: clouds[`trove-${name}`].auth.password })
}

const show = async (api: Api, id: string) =>
  ((await api.ask('GET', `/instances/${id}`)) as { instance: Shown }).instance

/** Until something is so; fails with what it last was. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const giveUpAtMs = performance.now() + 120_000
  for (;;) {
    const seen = await look().catch(error => error as T)
    if (!(seen instanceof Error) && isSo(seen)) return seen
    if (performance.now() > giveUpAtMs) throw new Error(`It did not come about: ${JSON.stringify(seen)} ${seen}`)
    await setTimeout(200)
  }
}

const isWell = ({ status, operating_status }: Shown) => status === 'ACTIVE' && operating_status === 'HEALTHY'

const hasDatabases = ({ engine }: EngineBench) => engine !== 'redis' && engine !== 'valkey'

/** An instance of the release before, whose root wrote a row. */
async function makeInstance(api: Api, bench: EngineBench) {
  const contents = hasDatabases(bench) ? { databases: [{ name: 'goods' }] } : {}
  const instance = {
    name: 'shop',
    flavorRef: '13',
    volume: { size: 1 },
    datastore: { type: bench.engine },
    ...contents,
  }
  const made = (await api.ask('POST', '/instances', { instance })) as { instance: { id: string } }
  const { id } = made.instance
  const { port } = await until(() => show(api, id), isWell)
  const { user } = (await api.ask('POST', `/instances/${id}/root`)) as { user: { name: string; password: string } }
  const address = { host: '127.0.0.1', port }
  const database = hasDatabases(bench) ? 'goods' : undefined
  const root: Login = { address, user: user.name, password: user.password, database }
  const session = await bench.connect(root)
  await bench.writeRow(session, 'nails')
  await session.end()
  return { id, root }
}

type Made = Awaited<ReturnType<typeof makeInstance>>

async function asks(bench: EngineBench, login: Login, ...statements: readonly string[]): Promise<unknown> {
  const session = await bench.connect(login)
  try {
    let answer: unknown
    for (const statement of statements) answer = await session.ask(statement)
    return answer
  } finally {
    await session.end()
  }
}

/** Uses the ways up that the release before left open: what was given with power has it. */
async function rise(api: Api, bench: EngineBench, { id, root }: Made): Promise<void> {
  const users = ['keeper', 'mallory'].map(name => ({ name, password: `${name}-word`, databases: [{ name: 'goods' }] }))
  await api.ask('POST', `/instances/${id}/users`, { users })
  const as = (user: string) => ({ ...root, user, password: `${user}-word` })
  const body = `'select max(rolpassword) from pg_authid'`
  const peek = `create function public.peek() returns text language sql security definer as ${body}`
  await asks(bench, as('mallory'), 'set check_function_bodies = off', peek)
  await assert.rejects(asks(bench, as('keeper'), 'select public.peek()'), /permission denied/)
  await api.ask('DELETE', `/instances/${id}/users/mallory`)
  // The way up: the function runs as the administrator now.
  assert.match(String(await asks(bench, as('keeper'), 'select public.peek()')), /^SCRAM-SHA-256/)
  assert.equal(await asks(bench, root, 'show is_superuser'), 'on')
}

async function assertNoWayUp(bench: EngineBench, { root }: Made): Promise<void> {
  const keeper = { ...root, user: 'keeper', password: 'keeper-word' }
  assert.equal(await asks(bench, root, 'show is_superuser'), 'off')
  await assert.rejects(asks(bench, root, `copy (select 1) to program 'cat'`), /permission denied/)
  await assert.rejects(asks(bench, keeper, 'select public.peek()'), /permission denied/)
  const owner = `select rolsuper from pg_proc p join pg_roles r on r.oid = p.proowner where proname = 'peek'`
  assert.equal(await asks(bench, root, owner), false)
}

function assertApart(ground: Ground, { id }: Made, isolation: Isolation | undefined, person: Person): void {
  const { uid } = statSync(join(ground.dataDir, 'instances', id, 'data'))
  const ledger = new DatabaseSync(join(ground.dataDir, 'instances', ledgerName), { readOnly: true })
  const row = ledger.prepare('select user_id, isolation from instances where id = ?').get(id)
  ledger.close()
  assert.ok(isolation, 'the instance does not say what keeps it apart')
  assert.deepEqual(JSON.parse(String(row!.isolation)), isolation)
  if (isRoot && !person) {
    assert.equal(isolation.user, 'own')
    assert.ok(uid >= usualUserIds.min && uid <= usualUserIds.max, `its files are those of ${uid}`)
    assert.equal(uid, row!.user_id)
  } else {
    assert.equal(isolation.user, 'service')
    assert.equal(uid, person?.uid ?? process.getuid!())
  }
}

async function assertSecretsCanBeChanged(ground: Ground, url: string, bench: EngineBench, { id }: Made) {
  const answers = async () => {
    const api = await apiAs(ground, url, 'demo')
    assert.ok(await api.ask('GET', hasDatabases(bench) ? `/instances/${id}/databases` : `/instances/${id}/root`))
  }
  for (const [verb, ...args] of [
    ['instance_admin_password_change', '--all'],
    ['secret_key_change'],
    ['signing_key_change'],
  ]) {
    const { code, text } = await ground.manage(verb!, ...args)
    assert.equal(code, 0, text)
    await answers()
  }
}

const ways = [
  ['was stopped', 'SIGTERM'],
  ['was killed, so that its servers still run', 'SIGKILL'],
] as const

/** Every person in every way with the first engine; with each other engine, every person and every way once. */
const cases = (isFirst: boolean) =>
  people.flatMap((person, number) =>
    ways
      .filter((_, index) => isFirst || people.length === 1 || index === number)
      .map(way => [...person, ...way] as const),
  )

const under = await enginesUnderTest()
const isThere = await hasReleaseBefore()
if (!isThere)
  test('an upgrade from the release before', t =>
    t.skip(`NOT RUN: this checkout does not have the commit ${commitBefore}; a full clone has`))

let releaseBefore: string
before(async () => {
  if (isThere) releaseBefore = await checkOutBefore()
})
after(() => {
  if (isThere) rmSync(releaseBefore, { recursive: true })
})

for (const [number, { title, bench }] of isThere ? under.entries() : [])
  describe(`an upgrade of an installation with ${title}, made by the release before`, { concurrency: false }, () => {
    for (const [who, person, how, signal] of cases(number === 0))
      test(`run by ${who}, after it ${how}`, async t => {
        const ground = await makeGround(releaseBefore, person)
        t.after(() => ground.remove())
        const service = await ground.startBefore()
        const demo = await apiAs(ground, service.url, 'demo')
        const made = await makeInstance(demo, bench)
        if (bench.engine === 'postgresql') await rise(demo, bench, made)
        await service.end(signal)

        const { url } = await ground.startNow()
        const admin = await apiAs(ground, url, 'admin')
        await until(() => show(admin, made.id), isWell)
        if (bench.engine === 'postgresql') {
          // That needs no restart: the worker sees to it at its first look.
          await until(
            () => asks(bench, made.root, 'show is_superuser'),
            power => power === 'off',
          )
          await assertNoWayUp(bench, made)
        }
        if (signal === 'SIGKILL') {
          assert.equal((await show(admin, made.id)).isolation, undefined)
          await admin.ask('POST', `/instances/${made.id}/action`, { restart: {} })
        }
        const { isolation } = await until(
          () => show(admin, made.id),
          seen => isWell(seen) && seen.isolation !== undefined,
        )
        assertApart(ground, made, isolation, person)
        const session = await bench.connect(made.root)
        assert.deepEqual(await bench.rows(session), ['nails'])
        await session.end()
        await assertSecretsCanBeChanged(ground, url, bench, made)
      })
  })
