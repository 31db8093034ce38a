import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Agent, request } from 'undici'
import { associateFlavors, dissociateFlavors } from '../../src/operations/flavors/associate-flavors.ts'
import { addWaiver } from '../../src/operations/waivers/add-waiver.ts'
import { several } from '../extent.ts'
import { type Deployment, deploy } from '../servers/deployment.ts'
import { engines } from '../servers/engines.ts'
import { newInstance } from '../store/instance-rows.ts'

/**
 * What a server remembers is raced against changes: while many clients read, something is changed by another process, by SQL
 * or in a file, and the first request that starts after the change must see it.
 */
const rounds = several(60, 16)
const readers = 12

const flavorsText = (more = '') =>
  `flavors:\n${[1, 2, 3].map(n => `  - { id: '${n}', name: f${n}, vcpus: 1, ram: ${512 * n}, disk: 1 }\n`).join('')}${more}`

const manageFile = join(import.meta.dirname, '../../bin/trove-manage.js')
const actor = { id: 'test', requestId: null }

for (const engine of engines)
  describe(`on ${engine.name}`, () => {
    let at: Deployment
    let versionId: string
    let token: string
    let stopReading: () => Promise<void>
    const ends: (() => Promise<void>)[] = []
    const agent = new Agent({ connections: readers + 1, pipelining: 1 })

    const below = (path: string) => `${at.urls[0]}/v1.0/${at.projectOf('demo')}${path}`
    const ofVersion = () => below(`/datastores/postgresql/versions/${versionId}/flavors`)
    const get = async (url: string) => {
      const answer = await request(url, { dispatcher: agent, headers: { 'x-auth-token': token } })
      return { status: answer.statusCode, body: JSON.parse(await answer.body.text()) }
    }
    const flavorIds = async (url: string) =>
      (await get(url)).body.flavors.map((flavor: { str_id: string }) => flavor.str_id) as string[]
    const dryRun = async (flavorRef: string) => {
      const datastore = { type: 'postgresql', version: versionId }
      const answer = await request(below('/instances/dry-run'), {
        ...{ dispatcher: agent, method: 'POST' },
        headers: { 'x-auth-token': token, 'content-type': 'application/json' },
        body: JSON.stringify({ instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore } }),
      })
      await answer.body.text()
      return answer.statusCode
    }
    const manage = (...args: string[]) =>
      promisify(execFile)(process.execPath, [manageFile, '--config-file', at.configFile, ...args])

    before(async () => {
      at = await deploy(
        { after: end => void ends.push(end) },
        { connection: await engine.createDatabase(), apis: 2, workers: 0, flavors: flavorsText() },
      )
      versionId = (await at.ports.stores.versions.list())[0]!.id
      await associateFlavors(at.ports, actor, { versionId, flavorIds: ['1', '2'], check: true, force: true })
      token = await at.tokenOf('demo')
      stopReading = readWithoutEnd([
        ofVersion(),
        `${ofVersion()}?verdicts=true`,
        below('/instances'),
        below('/datastores'),
      ])
    })
    after(async () => {
      await stopReading?.()
      await agent.close()
      for (const end of ends.reverse()) await end()
    })

    function readWithoutEnd(urls: readonly string[]): () => Promise<void> {
      let isOver = false
      const loops = Array.from({ length: readers }, async (_, n) => {
        while (!isOver) assert.equal((await get(urls[n % urls.length]!)).status, 200)
      })
      return async () => {
        isOver = true
        await Promise.all(loops)
      }
    }

    test('an association that another connection commits is seen by the next list, verdict and decision', async () => {
      for (let round = 0; round < rounds; round++) {
        const isAllowed = round % 2 === 0
        if (isAllowed)
          await associateFlavors(at.ports, actor, { versionId, flavorIds: ['3'], check: true, force: true })
        else await dissociateFlavors(at.ports, actor, { versionId, flavorIds: ['3'] })
        const [listed, status, verdict] = await Promise.all([
          flavorIds(ofVersion()),
          dryRun('3'),
          get(`${ofVersion()}/3`),
        ])
        assert.deepEqual(listed, isAllowed ? ['1', '2', '3'] : ['1', '2'], `list, round ${round}`)
        assert.equal(status, isAllowed ? 200 : 400, `decision, round ${round}`)
        assert.equal(verdict.body.flavor.verdict.allowed, isAllowed, `verdict, round ${round}`)
      }
    })

    test('a change of another API is seen', async () => {
      const headers = { 'x-auth-token': await at.tokenOf('admin'), 'content-type': 'application/json' }
      const other = `${at.urls[1]}/v1.0/${at.projectOf('admin')}/mgmt/datastore-versions/${versionId}/flavors`
      for (let round = 0; round < rounds; round++) {
        const added = await request(other, { method: 'POST', headers, body: JSON.stringify({ flavor_ids: ['3'] }) })
        await added.body.dump()
        assert.equal(added.statusCode, 202)
        assert.deepEqual(await flavorIds(ofVersion()), ['1', '2', '3'])
        const removed = await request(`${other}/3`, { method: 'DELETE', headers })
        await removed.body.dump()
        assert.deepEqual(await flavorIds(ofVersion()), ['1', '2'])
      }
    })

    test('a change of trove-manage is seen', async () => {
      await manage('datastore_version_flavor_delete', 'postgresql', '18', '2')
      assert.deepEqual(await flavorIds(ofVersion()), ['1'])
      await manage('datastore_version_flavor_add', 'postgresql', '18', '2')
      assert.deepEqual(await flavorIds(ofVersion()), ['1', '2'])
    })

    test('instances that others insert, rename and delete are seen, alone and in pages', async () => {
      const { kysely } = at.database
      for (let round = 0; round < rounds; round++) {
        const instance = newInstance(versionId, { projectId: at.projectOf('demo'), intent: undefined })
        await at.ports.stores.instances.insert(instance)
        const one = below(`/instances/${instance.id}`)
        assert.equal((await get(one)).body.instance.name, 'db')
        await kysely
          .updateTable('instances')
          .set({ name: `db${round}` })
          .where('id', '=', instance.id)
          .execute()
        const [shown, page] = await Promise.all([get(one), get(below('/instances'))])
        assert.equal(shown.body.instance.name, `db${round}`)
        assert.deepEqual(
          page.body.instances.map(({ name }: { name: string }) => name),
          [`db${round}`],
        )
        await kysely.deleteFrom('service_statuses').where('instance_id', '=', instance.id).execute()
        await kysely.deleteFrom('instances').where('id', '=', instance.id).execute()
        assert.equal((await get(one)).status, 404)
      }
    })

    test('a waiver is seen, and so is its end', async () => {
      const subject = { projectId: at.projectOf('demo'), datastore: 'postgresql', version: versionId }
      const added = await addWaiver(at.ports, actor, { ...subject, only: [], until: '1d', reason: 'test' })
      assert.deepEqual(await flavorIds(ofVersion()), ['1', '2', '3'])
      // In force up to and including the second of its end.
      const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 1000)
      const endMs = until.getTime() + 1000
      await at.ports.stores.waivers.setUntil(added.waiver.id, until)
      for (let beganMs = Date.now(); beganMs <= endMs + 200; beganMs = Date.now()) {
        const listed = await flavorIds(ofVersion())
        if (Date.now() < endMs) assert.deepEqual(listed, ['1', '2', '3'])
        else if (beganMs >= endMs) assert.deepEqual(listed, ['1', '2'])
      }
    })

    test('a saved flavors.yaml is seen', async () => {
      const file = join(at.dataDir, 'flavors.yaml')
      const before = readFileSync(file, 'utf8')
      for (let round = 0; round < rounds; round++) {
        writeFileSync(file, flavorsText(`  - { id: 'r${round}', name: r${round}, vcpus: 1, ram: 512, disk: 1 }\n`))
        assert.deepEqual(await flavorIds(below('/flavors')), ['1', '2', '3', `r${round}`])
      }
      writeFileSync(file, before)
    })

    test('a changed access policy is seen, and a revoked token', async () => {
      const file = join(at.dataDir, 'policy.yaml')
      await stopReading()
      for (let round = 0; round < rounds; round++) {
        writeFileSync(file, `${'# a longer file\n'.repeat(round)}"flavor:index": "${round % 2 === 0 ? '!' : ''}"\n`)
        assert.equal((await get(below('/flavors'))).status, round % 2 === 0 ? 403 : 200)
      }
      const identity = `${at.urls[1]}/identity/v3/auth/tokens`
      for (let round = 0; round < rounds; round++) {
        token = await at.tokenOf('demo')
        assert.equal((await get(ofVersion())).status, 200)
        const headers = { 'x-auth-token': token, 'x-subject-token': token }
        const revoked = await request(identity, { method: 'DELETE', headers })
        assert.equal(revoked.statusCode, 204)
        assert.equal((await get(ofVersion())).status, 401)
      }
    })
  })
