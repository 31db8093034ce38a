import { equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { policyEvent } from '../../../test/fixtures/policy-event.ts'
import type { PolicyEvent } from '../../model/policy-event.ts'
import { eventWords } from './event-words.ts'

const table: readonly (readonly [words: string, event: Partial<PolicyEvent>])[] = [
  ["added flavor '1'", {}],
  ["deleted requirement 'ram>=1'", { action: 'deleted', key: 'flavor_requirement', value: 'ram>=1' }],
  ["added restriction 'listed'", { key: 'flavor_restriction', value: 'listed' }],
  ["deleted enforcement 'warn'", { action: 'deleted', key: 'flavor_enforcement', value: 'warn' }],
  ["added volume type 'fast'", { key: 'volume_type', value: 'fast' }],
  [
    "added requirement 'ram>=1' with the level 'audit'",
    { versionId: null, key: 'flavor_requirement', value: 'ram>=1', level: 'audit' },
  ],
  [
    "set the level 'warn' for requirement 'ram>=1' (before: 'refuse')",
    { action: 'level_set', key: 'flavor_requirement', value: 'ram>=1', level: 'warn', levelBefore: 'refuse' },
  ],
  [
    "set the level 'warn' for the list",
    { action: 'level_set', key: 'flavor_restriction', value: 'listed', level: 'warn' },
  ],
  [
    "removed the level 'warn' of the list",
    { action: 'level_set', key: 'flavor_restriction', value: 'listed', levelBefore: 'warn' },
  ],
  ['made the version active', { action: 'set', key: 'active', value: 'true', valueBefore: 'false' }],
  ['made the version inactive', { action: 'set', key: 'active', value: 'false' }],
  ['left the version active', { action: 'set', key: 'active', value: 'true', valueBefore: 'true' }],
  [
    "made the version inactive, because the image 'pg' is not installed",
    { action: 'switched_off', key: 'active', value: 'pg' },
  ],
  [
    "made the version active, because the image 'pg' is installed again",
    { action: 'switched_on', key: 'active', value: 'pg' },
  ],
  ["deleted the version, and with it flavor '1'", { action: 'version_deleted' }],
  ["bypassed the refusal of flavor '1'", { action: 'bypassed' }],
  ["deleted flavor '1', which undid 0", { action: 'deleted', undoes: '0' }],
  ["added flavor '1' (tiny)", { flavorName: 'tiny' }],
  ['added waiver 7 project a until b', { action: 'waiver_added', key: 'flavor_waiver', value: '7 project a until b' }],
  ["renewed newer '1'", { action: 'renewed' as 'added', key: 'newer' }],
]

describe('a change in words', () => {
  for (const [words, event] of table) test(words, () => equal(eventWords(policyEvent('1', event)), words))
})
