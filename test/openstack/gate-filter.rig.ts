import assert from 'node:assert/strict'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filterUserName, type GateBench, manyInstances, startGateBench } from './gate-bench.ts'
import { send, testTable } from './gate-table.ts'
import { loginOf } from './openstack-process.ts'
import { makeRecordingTrove, type RecordingTrove } from './recording-trove.ts'
import { theRig } from './the-rig.ts'

const filterFile = join(import.meta.dirname, '../../packaging/paste/trovets_filter.py')

describe('the filter inside a real Trove 18', () => {
  let bench: GateBench
  before(async () => {
    bench = await startGateBench(await theRig())
  })
  after(() => bench?.stop())

  /** Another API of the bench's Trove, with the filter in its pipeline. */
  async function startInside(...lines: readonly string[]): Promise<RecordingTrove> {
    const { rig, trove, ours } = bench
    const filter = {
      name: 'trovets',
      before: 'extensions',
      lines: ['paste.filter_factory = trovets_filter:filter_factory', `url = ${ours.url}`, ...lines],
    }
    const inside = await makeRecordingTrove(rig, {
      on: trove,
      filters: [filter],
      conf: { ...manyInstances, trovets_filter: loginOf(rig.keystone, filterUserName) },
    })
    copyFileSync(filterFile, join(inside.folder, 'trovets_filter.py'))
    await inside.start()
    return inside
  }

  const create = (flavorRef: string) => ({
    instance: { name: 'db', flavorRef, volume: { size: 1 }, datastore: { type: 'mysql', version: 'strict' } },
  })

  describe('that refuses what cannot be checked', () => {
    let inside: RecordingTrove
    before(async () => {
      // As long as a request may take on a machine that is busy with all this.
      inside = await startInside('deadline = 10')
    })
    after(() => inside?.remove())

    testTable(() => ({ bench, url: inside.url, trove: inside }))

    test('the answer is the one of the gate in front', async () => {
      const [atGate, atTrove] = [
        await send(bench, bench.ours.url, 'POST', '/instances', create('3')),
        await send(bench, inside.url, 'POST', '/instances', create('3')),
      ]
      assert.deepEqual([atTrove.status, JSON.parse(atTrove.text)], [atGate.status, JSON.parse(atGate.text)])
    })

    test('a request without a valid token is Trove’s to refuse, before anybody is asked', async () => {
      inside.forget()
      const answer = await fetch(`${inside.url}/v1.0/${bench.rig.ids.projects.demo}/instances`, {
        method: 'POST',
        headers: { 'x-auth-token': 'nonsense', 'content-type': 'application/json' },
        body: JSON.stringify(create('4')),
      })
      assert.equal(answer.status, 401)
      assert.deepEqual(inside.received(), [])
    })

    test('what can be read in two ways is refused with the way out', async () => {
      inside.forget()
      const { token, projectId } = await bench.rig.client.login('demo')
      const answer = await fetch(`${inside.url}/v1.0/${projectId}/instances`, {
        method: 'POST',
        headers: { 'x-auth-token': token, 'content-type': 'application/json' },
        body: JSON.stringify(create('4')).replace('"flavorRef"', '"flavorRef":"3","flavorRef"'),
      })
      assert.equal(answer.status, 400)
      assert.match(await answer.text(), /Duplicate key 'flavorRef'/)
      assert.deepEqual(inside.received(), [])
    })
  })

  describe('while our service is stopped', () => {
    const away = async (inside: RecordingTrove, run: () => Promise<void>) => {
      try {
        await bench.ours.pause()
        await run()
      } finally {
        await bench.ours.resume()
        await inside.remove()
      }
    }
    const passes = async (inside: RecordingTrove) => {
      const id = await bench.instance('2', 'strict')
      const requests: [method: string, path: string, body: object | undefined, status: number][] = [
        ['GET', '/instances', undefined, 200],
        ['GET', `/instances/${id}`, undefined, 200],
        ['GET', '/datastores', undefined, 200],
        ['DELETE', `/instances/${id}`, undefined, 202],
      ]
      for (const [method, path, body, status] of requests) {
        const answer = await send(bench, inside.url, method, path, body)
        assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`)
      }
    }

    test('what gives hardware is 503 with the time to retry, and everything else passes', async () => {
      const inside = await startInside()
      await away(inside, async () => {
        await passes(inside)
        inside.forget()
        const running = `/instances/${await bench.instance('2', 'strict')}`
        const requests: [method: string, path: string, body: object][] = [
          ['POST', '/instances', create('4')],
          ['POST', `${running}/action`, { resize: { flavorRef: '4' } }],
          ['PATCH', running, { instance: { datastore_version: 'plain' } }],
        ]
        for (const [method, path, body] of requests) {
          const answer = await send(bench, inside.url, method, path, body)
          assert.equal(answer.status, 503, answer.text)
          assert.equal(answer.headers.get('retry-after'), '10')
          assert.match(answer.text, /cannot be checked now/)
        }
        assert.deepEqual(inside.received(), [])
      })
    })

    test('with when_unavailable = admit it is admitted, and the log says so', async () => {
      const inside = await startInside('when_unavailable = admit')
      const log = () => readFileSync(join(inside.folder, 'log'), 'utf8')
      await away(inside, async () => {
        await passes(inside)
        assert.doesNotMatch(log(), /admitted unchecked/)
        const answer = await send(bench, inside.url, 'POST', '/instances', create('4'))
        assert.equal(answer.status, 200, answer.text)
        assert.match(log(), /POST \S*\/instances was admitted unchecked, because trove-ts could not be asked/)
      })
    })
  })
})
