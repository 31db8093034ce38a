import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '../config/config.ts'
import { Fault } from '../model/fault.ts'
import { userIdsOf } from './choose.ts'

const withUserIds = (instanceUserIds: string) => ({ ...loadConfig({}, {}), instanceUserIds })

describe('the users of instances', () => {
  for (const [text, range] of [
    ['2000000000-2099999999', { min: 2_000_000_000, max: 2_099_999_999 }],
    [' 60000-60000 ', { min: 60_000, max: 60_000 }],
  ] as const)
    test(`'${text}' is a range`, () => assert.deepEqual(userIdsOf(withUserIds(text)), range))

  for (const text of ['', '60000', '0-10', '9-8', '1-2147483648', 'a-b', '1--2'])
    test(`'${text}' is not a range: root and ids that no system has are excluded`, () =>
      assert.throws(() => userIdsOf(withUserIds(text)), Fault))
})
