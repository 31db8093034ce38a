import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { several } from '../extent.ts'
import { type Deployment, deploy } from '../servers/deployment.ts'
import { engines } from '../servers/engines.ts'
import { printedSeed } from '../store/seed.ts'

const processes = 3
const changesMax = several(60, 6)
const sizesMb = [64, 128, 256, 512]
const flavors = `flavors:\n${sizesMb
  .map((ram, index) => `  - { id: '${index + 1}', name: f${index + 1}, vcpus: 1, ram: ${ram}, disk: 1 }\n`)
  .join('')}`
const flavorIds = sizesMb.map((_, index) => String(index + 1))

/** What was said of a version of the datastore `several`, and so what every process has to know. */
type Version = {
  id: string
  active: boolean
  listed: boolean
  warns: boolean
  flavors: Set<string>
  minimums: Map<number, string>
}
type Model = { versions: Map<string, Version>; defaultName: string | undefined; made: number }

/** A request to the API of this number; members see what tenants see. */
async function ask(at: Deployment, api: number, person: 'admin' | 'demo', method: string, path: string, body?: object) {
  const answer = await fetch(`${at.urls[api]}/v1.0/${at.projectOf(person)}${path}`, {
    method,
    headers: { 'x-auth-token': await tokenOf(at, person), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text), text }
}

const tokens = new WeakMap<Deployment, Map<string, Promise<string>>>()
function tokenOf(at: Deployment, person: string): Promise<string> {
  const known = tokens.get(at) ?? new Map<string, Promise<string>>()
  tokens.set(at, known)
  const token = known.get(person) ?? at.tokenOf(person)
  known.set(person, token)
  return token
}

const manageFile = join(import.meta.dirname, '../../bin/trove-manage.js')
const manage = (at: Deployment, ...args: string[]) =>
  promisify(execFile)(process.execPath, [manageFile, '--config-file', at.configFile, ...args])

const fits = ({ minimums }: Version, id: string) =>
  [...minimums.keys()].every(least => sizesMb[Number(id) - 1]! >= least)
const isListed = ({ flavors, listed }: Version, id: string) => flavors.has(id) || (flavors.size === 0 && !listed)
const isAllowed = (version: Version, id: string) => version.warns || (fits(version, id) && isListed(version, id))

/** One change: how it is made through a process, and what is so from then on. */
type Change = (at: Deployment, api: number, model: Model, pick: <T>(of: readonly T[]) => T) => Promise<string>

const mgmt = '/mgmt/datastore-versions'

const changes: Readonly<Record<string, Change>> = {
  async create(at, api, model) {
    const name = `v${++model.made}`
    const version = { name, datastore_name: 'several', datastore_manager: 'postgresql', active: true }
    const isDefault = model.made % 3 === 1
    const { status, text } = await ask(at, api, 'admin', 'POST', mgmt, {
      version: { ...version, image: await imageOf(at), default: isDefault },
    })
    assert.equal(status, 202, text)
    // Its id is looked up where somebody else answers.
    const { body } = await ask(at, (api + 1) % processes, 'admin', 'GET', mgmt)
    const { id } = body.versions.find((one: { name: string }) => one.name === name)
    const said = { active: true, listed: false, warns: false, flavors: new Set<string>(), minimums: new Map() }
    model.versions.set(name, { id, ...said })
    if (isDefault) model.defaultName = name
    return `create ${name}`
  },
  async delete(at, api, model, pick) {
    const name = pick([...model.versions.keys()])
    if (model.versions.size < 2 || name === model.defaultName) return 'nothing'
    const { status, text } = await ask(at, api, 'admin', 'DELETE', `${mgmt}/${model.versions.get(name)!.id}`)
    assert.equal(status, 202, text)
    model.versions.delete(name)
    return `delete ${name}`
  },
  async activity(at, api, model, pick) {
    const [name, version] = pick([...model.versions])
    version.active = !version.active
    const { status, text } = await ask(at, api, 'admin', 'PATCH', `${mgmt}/${version.id}`, { active: version.active })
    assert.equal(status, 202, text)
    return `${name} active ${version.active}`
  },
  async default(at, api, model, pick) {
    const [name, version] = pick([...model.versions])
    const { status, text } = await ask(at, api, 'admin', 'PATCH', `${mgmt}/${version.id}`, { default: true })
    assert.equal(status, 202, text)
    model.defaultName = name
    return `default ${name}`
  },
  async association(at, api, model, pick) {
    const [name, version] = pick([...model.versions])
    const id = pick(flavorIds)
    const isNew = !version.flavors.has(id)
    const path = `${mgmt}/${version.id}/flavors`
    const { status, text } = isNew
      ? await ask(at, api, 'admin', 'POST', path, { flavors: [id], force: true, allow_none: true })
      : await ask(at, api, 'admin', 'DELETE', `${path}/${id}`)
    assert.equal(status, isNew ? 200 : 204, text)
    if (isNew) version.flavors.add(id)
    else version.flavors.delete(id)
    return `${name} flavor ${id} ${isNew}`
  },
  async managed(at, _api, model, pick) {
    const [name, version] = pick([...model.versions])
    const id = pick(flavorIds)
    const isNew = !version.flavors.has(id)
    await (isNew
      ? manage(at, 'datastore_version_flavor_add', 'several', name, id, '--force', '--allow-none')
      : manage(at, 'datastore_version_flavor_delete', 'several', name, id, '--allow-none'))
    if (isNew) version.flavors.add(id)
    else version.flavors.delete(id)
    return `trove-manage ${name} flavor ${id} ${isNew}`
  },
  async requirement(at, api, model, pick) {
    const [name, version] = pick([...model.versions])
    const least = pick(sizesMb)
    const path = `${mgmt}/${version.id}/flavor-requirements`
    const known = version.minimums.get(least)
    if (known === undefined) {
      const { status, text } = await ask(at, api, 'admin', 'POST', path, {
        requirements: [`ram>=${least}MiB`],
        allow_none: true,
      })
      assert.equal(status, 200, text)
      const { body } = await ask(at, (api + 1) % processes, 'admin', 'GET', path)
      const requirements: { id: string; value: number }[] = body.requirements
      version.minimums.set(least, requirements.find(({ value }) => value === least)!.id)
    } else {
      const { status, text } = await ask(at, api, 'admin', 'DELETE', `${path}/${known}`)
      assert.equal(status, 200, text)
      version.minimums.delete(least)
    }
    return `${name} ram>=${least} ${known === undefined}`
  },
  async policy(at, api, model, pick) {
    const [name, version] = pick([...model.versions])
    const [listed, warns] = [pick([true, false]), pick([true, false, false])]
    const { status, text } = await ask(at, api, 'admin', 'PUT', `${mgmt}/${version.id}/flavor-policy`, {
      restriction: listed ? 'listed' : 'open',
      enforcement: warns ? 'warn' : 'refuse',
      allow_none: true,
    })
    assert.equal(status, 200, text)
    Object.assign(version, { listed, warns })
    return `${name} listed ${listed} warns ${warns}`
  },
}

async function imageOf(at: Deployment): Promise<string> {
  return (await at.ports.images.list()).find(({ suggests }) => suggests?.datastore === 'postgresql')!.id
}

/** What a process shows, put as the model puts it. */
async function assertShown(at: Deployment, api: number, model: Model, flavor: string, what: string): Promise<void> {
  const get = (path: string, person: 'admin' | 'demo' = 'demo') => ask(at, api, person, 'GET', path)
  const names = (entries: { name: string }[]) => entries.map(({ name }) => name).sort()
  const versions = [...model.versions].filter(([, { active }]) => active)
  const shown = await get('/datastores/several/versions')
  assert.deepEqual(names(shown.body.versions), versions.map(([name]) => name).sort(), what)
  const managed = (await get(mgmt, 'admin')).body.versions as { name: string; datastore_name: string }[]
  const ours = managed.filter(version => version.datastore_name === 'several')
  assert.deepEqual(names(ours), [...model.versions.keys()].sort(), what)
  const { datastore } = (await get('/datastores/several')).body
  // A default that is not active is not shown.
  const byDefault = model.versions.get(model.defaultName ?? '')
  assert.equal(datastore.default_version, byDefault?.active ? byDefault.id : undefined, what)
  for (const [name, version] of model.versions) {
    const associations = (await get(`${mgmt}/${version.id}/flavors`, 'admin')).body
    assert.deepEqual(associations.flavors.map(({ id }: { id: string }) => id).sort(), [...version.flavors].sort(), what)
    if (!version.active) continue
    const listing = (await get(`/flavors/${version.id}`)).body.flavors as { str_id: string }[]
    const allowed = flavorIds.filter(id => isAllowed(version, id))
    assert.deepEqual(listing.map(({ str_id }) => str_id).sort(), allowed, `${what}: ${name}`)
    const instance = { name: 'x', flavorRef: flavor, volume: { size: 1 } }
    const dryRun = await ask(at, api, 'demo', 'POST', '/instances/dry-run', {
      instance: { ...instance, datastore: { type: 'several', version: name } },
    })
    assert.equal(dryRun.status === 200, allowed.includes(flavor), `${what}: ${name}: ${dryRun.text}`)
  }
}

for (const engine of engines.filter(({ name }) => name !== 'sqlite'))
  describe(`three API processes on one ${engine.name}`, () => {
    let at: Deployment
    const ends: (() => Promise<void>)[] = []
    before(async () => {
      const connection = await engine.createDatabase()
      at = await deploy({ after: end => ends.push(end) }, { connection, flavors, apis: processes, workers: 0 })
    })
    after(async () => {
      for (const end of ends) await end()
    })

    test('a change through one, or through trove-manage, is seen by the next request to each of the others', async (t: TestContext) => {
      const model: Model = { versions: new Map(), defaultName: undefined, made: 0 }
      const kinds = Object.keys(changes)
      const choices = fc.sample(
        fc.record({
          kind: fc.constantFrom(...kinds, 'association', 'requirement'),
          api: fc.nat(processes - 1),
          picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        }),
        { seed: printedSeed(t), numRuns: changesMax },
      )
      await changes.create!(at, 0, model, of => of[0]!)
      for (const { kind, api, picks } of choices) {
        let next = 0
        const pick = <T>(of: readonly T[]) => of[picks[next++ % picks.length]! % of.length]!
        const done = await changes[kind]!(at, api, model, pick)
        const flavor = pick(flavorIds)
        for (let other = 1; other <= processes; other++)
          await assertShown(at, (api + other) % processes, model, flavor, `${done}, seen by ${other} after ${api}`)
      }
    })

    test('a token that is given back to one opens none of the others, and tokens given back to several at once are all over', async () => {
      const given = await Promise.all(Array.from({ length: processes * 2 }, () => at.tokenOf('alt')))
      const statusOf = async (api: number, token: string) => {
        const path = `/v1.0/${at.projectOf('alt')}/flavors`
        return (await fetch(`${at.urls[api]}${path}`, { headers: { 'x-auth-token': token } })).status
      }
      const giveBack = async (api: number, token: string) => {
        const headers = { 'x-auth-token': token, 'x-subject-token': token }
        const { status } = await fetch(`${at.urls[api]}/identity/v3/auth/tokens`, { method: 'DELETE', headers })
        assert.equal(status, 204)
      }
      for (let api = 0; api < processes; api++) for (const token of given) assert.equal(await statusOf(api, token), 200)
      const [first, ...others] = given
      await giveBack(0, first!)
      for (let api = 0; api < processes; api++) assert.equal(await statusOf(api, first!), 401, String(api))
      await Promise.all(others.map((token, count) => giveBack(count % processes, token)))
      for (let api = 0; api < processes; api++)
        for (const token of others) assert.equal(await statusOf(api, token), 401, String(api))
    })

    test('of twelve identical adds one wins, and the others are told that it is there already', async () => {
      const name = 'contested'
      const version = { name, datastore_name: 'contest', datastore_manager: 'postgresql', active: true }
      const image = await imageOf(at)
      await ask(at, 0, 'admin', 'POST', mgmt, { version: { ...version, image } })
      const { body } = await ask(at, 1, 'admin', 'GET', mgmt)
      const { id } = body.versions.find((one: { name: string }) => one.name === name)
      const adds: readonly (readonly [path: string, body: object, refused: number])[] = [
        [`${mgmt}/${id}/flavors`, { flavors: ['1'] }, 400],
        [`${mgmt}/${id}/flavor-requirements`, { requirements: ['vcpus>=1'] }, 409],
      ]
      for (const [path, added, refused] of adds) {
        const answers = await Promise.all(
          Array.from({ length: 12 }, (_, count) => ask(at, count % processes, 'admin', 'POST', path, added)),
        )
        const statuses = answers.map(({ status }) => status).sort()
        assert.deepEqual(statuses, [200, ...Array.from({ length: 11 }, () => refused)], answers[0]!.text)
      }
      const made = await Promise.all(
        Array.from({ length: 12 }, (_, count) =>
          ask(at, count % processes, 'admin', 'POST', mgmt, { version: { ...version, image, name: 'same' } }),
        ),
      )
      assert.deepEqual(made.map(({ status }) => status).sort(), [202, ...Array.from({ length: 11 }, () => 400)])
    })

    test('of different adds at once through different processes, the first of a datastore among them, none is lost', async () => {
      const image = await imageOf(at)
      const names = Array.from({ length: 12 }, (_, count) => `w${count}`)
      const version = { datastore_name: 'at once', datastore_manager: 'postgresql', active: true, image }
      const made = await Promise.all(
        names.map((name, count) =>
          ask(at, count % processes, 'admin', 'POST', mgmt, { version: { ...version, name } }),
        ),
      )
      assert.deepEqual(new Set(made.map(({ status }) => status)), new Set([202]), made[0]!.text)
      const { body } = await ask(at, 0, 'admin', 'GET', mgmt)
      const there = (body.versions as { id: string; name: string; datastore_name: string }[]).filter(
        ({ datastore_name }) => datastore_name === 'at once',
      )
      assert.deepEqual(there.map(({ name }) => name).sort(), [...names].sort())
      const { id } = there[0]!
      const ids = Array.from({ length: 24 }, (_, count) => `g${String(count).padStart(2, '0')}`)
      const added = await Promise.all(
        ids.map((flavor, count) =>
          ask(at, count % processes, 'admin', 'POST', `${mgmt}/${id}/flavors`, {
            ...{ flavors: [flavor], check: false, allow_none: true },
          }),
        ),
      )
      assert.deepEqual(new Set(added.map(({ status }) => status)), new Set([200]))
      for (let api = 0; api < processes; api++) {
        const { body } = await ask(at, api, 'admin', 'GET', `${mgmt}/${id}/flavors`)
        assert.deepEqual((body.flavors as { id: string }[]).map(({ id }) => id).sort(), ids)
      }
    })
  })
