import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { Stores } from '../../ports/stores.ts'
import { beginRequest, endTurn } from '../../turn/turn.ts'
import { rememberReads } from './remembered-reads.ts'

const nextTurn = () => new Promise(setImmediate)

/** Datastores of a database that answers each question when the test says so. */
function bench() {
  const stamps: ((stamp: string) => void)[] = []
  const reads: ((name: string) => void)[] = []
  const names: string[] = []
  const stores = {
    changeStamp: () => new Promise<string>(resolve => stamps.push(resolve)),
    datastores: {
      list: () => new Promise(resolve => reads.push(name => resolve([{ name }]))),
      byName: async (name: string) => void names.push(name),
    },
  }
  const { datastores } = rememberReads(stores as unknown as Stores)
  const list = async () => (await datastores.list()).map(({ name }) => name).join()
  return { stamps, reads, names, list, byName: datastores.byName }
}

describe('remembered reads', () => {
  beforeEach(async () => {
    await nextTurn()
    endTurn()
  })

  test('are used again while the database has not changed', async () => {
    const { stamps, reads, list } = bench()
    for (const stamp of ['1', '1', '2']) {
      await nextTurn()
      beginRequest()
      const listed = list()
      stamps.at(-1)!(stamp)
      await nextTurn()
      reads.at(-1)!(`read ${reads.length}`)
      assert.equal(await listed, stamp === '1' ? 'read 1' : 'read 2')
    }
    assert.equal(reads.length, 2)
  })

  test('of a new state never come from a read that began in an older one', async () => {
    const { stamps, reads, list } = bench()
    beginRequest()
    const first = list()
    await nextTurn()
    beginRequest()
    const second = list()
    // A timer starts the second look at the stamp, while the first one is still on its way.
    while (stamps.length < 2) await nextTurn()
    await nextTurn()
    // Both stamps arrive in one turn: the first read begins before the second request knows that there is a newer state.
    stamps[0]!('1')
    stamps[1]!('2')
    await nextTurn()
    reads[0]!('old')
    reads[1]?.('new')
    assert.equal(await first, 'old')
    assert.equal(await second, 'new')
  })

  test('do not include names that are too long for a row, of which a client can make up any number', async () => {
    const { stamps, names, byName } = bench()
    for (const name of ['short', 'short', 'x'.repeat(1000), 'x'.repeat(1000)]) {
      await nextTurn()
      beginRequest()
      const row = byName(name)
      stamps.at(-1)!('1')
      await row
    }
    assert.deepEqual(
      names.map(({ length }) => length),
      [5, 1000, 1000],
    )
  })
})
