import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exceeded } from './quota.ts'

const limits = { instances: 10, ram: -1, volumes: 40, backups: 50 }
const used = { instances: 9, ram: 100_000, volumes: 38, backups: 0 }

describe('a quota', () => {
  const table: readonly [string, Parameters<typeof exceeded>[2], readonly string[]][] = [
    ['lets the last one through', { instances: 1, volumes: 2 }, []],
    ['refuses one more', { instances: 2 }, ['instances']],
    ['names everything of which it is too much, by name', { volumes: 3, instances: 2 }, ['instances', 'volumes']],
    ['of -1 is none', { ram: 1_000_000 }, []],
    ['does not speak of what is not asked for', {}, []],
  ]
  for (const [what, asked, over] of table) test(what, () => assert.deepEqual(exceeded(limits, used, asked), over))

  test('that was lowered below what is used refuses only more of it', () => {
    const lowered = { ...limits, instances: 3 }
    assert.deepEqual(exceeded(lowered, used, { volumes: 1 }), [])
    assert.deepEqual(exceeded(lowered, used, { instances: 1 }), ['instances'])
  })

  test('of 0 allows nothing', () =>
    assert.deepEqual(exceeded({ ...limits, instances: 0 }, { ...used, instances: 0 }, { instances: 1 }), ['instances']))
})
