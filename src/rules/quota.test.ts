import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exceeded } from './quota.ts'

const limits = { instances: 10, ram: -1, volumes: 40, backups: 50 }
const used = { instances: 9, ram: 100_000, volumes: 38, backups: 0 }

describe('a quota', () => {
  const table: readonly [string, Parameters<typeof exceeded>[2], readonly string[]][] = [
    ['admits the last one', { instances: 1, volumes: 2 }, []],
    ['refuses one more', { instances: 2 }, ['instances']],
    ['returns every exceeded resource, sorted by name', { volumes: 3, instances: 2 }, ['instances', 'volumes']],
    ['of -1 means unlimited', { ram: 1_000_000 }, []],
    ['does not apply to resources that are not requested', {}, []],
  ]
  for (const [guarantee, requested, over] of table)
    test(guarantee, () => assert.deepEqual(exceeded(limits, used, requested), over))

  test('that is lower than the usage refuses only requests for more', () => {
    const lowered = { ...limits, instances: 3 }
    assert.deepEqual(exceeded(lowered, used, { volumes: 1 }), [])
    assert.deepEqual(exceeded(lowered, used, { instances: 0 }), [])
    assert.deepEqual(exceeded(lowered, used, { instances: 1 }), ['instances'])
  })

  test('of 0 allows nothing', () =>
    assert.deepEqual(exceeded({ ...limits, instances: 0 }, { ...used, instances: 0 }, { instances: 1 }), ['instances']))
})
