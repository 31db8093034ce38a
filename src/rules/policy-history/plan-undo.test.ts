import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { policyEvent } from '../../../test/fixtures/policy-event.ts'
import { type PolicyEvent, policyActions } from '../../model/policy-event.ts'
import { Refused } from '../../model/refused.ts'
import { datastoreEventKeys, versionEventKeys } from './event-keys.ts'
import { howToUndo, type Undoing, undoPolicies } from './how-to-undo.ts'
import { aboutTheSame, type Ground, refuseUndo, standing, undoingOf } from './plan-undo.ts'

const ground: Ground = { exists: true, level: null, active: true }
const changeOf = (event: PolicyEvent) => {
  const undoing = undoingOf(event)
  return undoing instanceof Refused ? undoing.code : undoing.change
}

describe('how to undo', () => {
  test('each action with each key has an answer', () => {
    for (const action of policyActions) {
      for (const key of versionEventKeys) howToUndo({ versionId: 'v', action, key })
      for (const key of datastoreEventKeys) howToUndo({ versionId: null, action, key })
    }
    equal(undoPolicies.length, 14)
  })

  const table: readonly (readonly [what: string, event: Partial<PolicyEvent>, change: string])[] = [
    ['an association', {}, 'delete_row'],
    ['the end of one', { action: 'deleted' }, 'add_row'],
    ['a requirement', { key: 'flavor_requirement' }, 'delete_row'],
    ['a restriction', { key: 'flavor_restriction' }, 'delete_row'],
    ['the end of an enforcement', { action: 'deleted', key: 'flavor_enforcement' }, 'add_row'],
    ['a volume type', { key: 'volume_type' }, 'delete_row'],
    ['a level of a requirement', { action: 'level_set', key: 'flavor_requirement' }, 'set_own_level'],
    ['a level of the list', { action: 'level_set', key: 'flavor_restriction' }, 'set_own_level'],
    ['activity', { action: 'set', key: 'active', value: 'true', valueBefore: 'false' }, 'set_activity'],
    ['activity, without the one before', { action: 'set', key: 'active', value: 'true' }, 'event_never_undone'],
    ['a rule of a datastore', { versionId: null, key: 'flavor_requirement' }, 'delete_rule'],
    ['the end of one', { versionId: null, action: 'deleted', key: 'flavor_restriction' }, 'add_rule'],
    ['its level', { versionId: null, action: 'level_set', key: 'flavor_requirement' }, 'set_rule_level'],
    ['what the server switched off', { action: 'switched_off', key: 'active' }, 'event_never_undone'],
    ['a deleted version', { action: 'version_deleted' }, 'event_never_undone'],
    ['a bypass', { action: 'bypassed' }, 'event_never_undone'],
    ['a waiver', { action: 'waiver_added', key: 'flavor_waiver' }, 'end_waiver'],
    ['a waiver of a datastore', { versionId: null, action: 'waiver_added', key: 'flavor_waiver' }, 'end_waiver'],
    [
      'the end of a waiver, which does not come back',
      { action: 'waiver_ended', key: 'flavor_waiver' },
      'event_never_undone',
    ],
    ['an earlier end', { action: 'waiver_shortened', key: 'flavor_waiver' }, 'event_never_undone'],
    ['a key of a newer release', { key: 'newer' }, 'event_never_undone'],
    ['an action of a newer release', { action: 'newer' as 'added' }, 'event_never_undone'],
  ]
  for (const [what, event, change] of table)
    test(`${what}: ${change}`, () => equal(changeOf(policyEvent('1', event)), change))
})

describe('events about the same', () => {
  const ids = (event: PolicyEvent, ...others: PolicyEvent[]) => aboutTheSame(event, others).map(({ id }) => id)

  test('have the same value, where there can be several', () =>
    deepEqual(ids(policyEvent('1'), policyEvent('2'), policyEvent('3', { value: '2' })), ['2']))

  test('have any value, where there can be one', () => {
    const of = (id: string, value: string) => policyEvent(id, { key: 'flavor_enforcement', value })
    deepEqual(ids(of('1', 'warn'), of('2', 'audit')), ['2'])
  })

  test('are not a bypass, which changes nothing', () =>
    deepEqual(ids(policyEvent('1'), policyEvent('2', { action: 'bypassed' })), []))

  test('are of a waiver its undo alone: it is in force, or it is not', () => {
    const of = (id: string, facts: Partial<PolicyEvent>) => policyEvent(id, { key: 'flavor_waiver', ...facts })
    const added = of('1', { action: 'waiver_added' })
    deepEqual(ids(added, of('2', { action: 'waiver_shortened' }), of('3', { action: 'waiver_ended', undoes: '1' })), [
      '3',
    ])
  })

  test('are not an activity that the version had already', () => {
    const of = (id: string, valueBefore: string) =>
      policyEvent(id, { action: 'set', key: 'active', value: 'false', valueBefore })
    deepEqual(ids(of('1', 'true'), of('2', 'false'), of('3', 'true')), ['3'])
  })

  test('are either about the restriction of a version or about the level of its list', () => {
    const key = 'flavor_restriction'
    const restricted = policyEvent('1', { key, value: 'listed' })
    const leveled = policyEvent('2', { key, value: 'listed', action: 'level_set' })
    deepEqual(ids(restricted, leveled), [])
    deepEqual(ids(leveled, restricted), [])
    deepEqual(ids({ ...restricted, versionId: null }, { ...leveled, versionId: null }), ['2'])
  })
})

describe('events that stand', () => {
  const ids = (...events: PolicyEvent[]) => standing(events.toReversed()).map(({ id }) => id)
  const undo = (id: string, undoes: string) => policyEvent(id, { undoes })

  test('are all of them, if none is an undo', () => deepEqual(ids(policyEvent('1'), policyEvent('2')), ['2', '1']))
  test('are none of an event and its undo', () => deepEqual(ids(policyEvent('1'), undo('2', '1')), []))
  test('are an event whose undo was undone', () =>
    deepEqual(ids(policyEvent('1'), undo('2', '1'), undo('3', '2')), ['1']))
  test('are an undo of an event before them', () => deepEqual(ids(undo('2', '1')), ['2']))
  test('are none of an undo and its undo, whatever was before', () =>
    deepEqual(ids(undo('2', '1'), undo('3', '2')), []))
})

describe('an undo is refused', () => {
  const event = policyEvent('1')
  const undoing = undoingOf(event) as Undoing
  const code = (later: PolicyEvent[], more: Partial<Ground> = {}) =>
    refuseUndo(event, undoing, later, { ...ground, ...more })?.code

  test('not, if nothing else happened', () => equal(code([]), undefined))
  test('not, if only others changed', () => equal(code([policyEvent('2', { value: '2' })]), undefined))
  test('if it was undone', () => equal(code([policyEvent('2', { action: 'deleted', undoes: '1' })]), 'event_undone'))
  test('if it was changed again since, although it is as it was', () =>
    equal(code([policyEvent('3'), policyEvent('2', { action: 'deleted' })]), 'event_changed_since'))
  test('not, if what came since was undone', () =>
    equal(code([policyEvent('3', { undoes: '2' }), policyEvent('2', { action: 'deleted' })]), undefined))
  test('if the row is gone without an event', () => equal(code([], { exists: false }), 'event_already_undone'))

  const leveled = policyEvent('1', {
    ...{ action: 'level_set', key: 'flavor_requirement', value: 'ram>=1' },
    ...{ level: 'warn', levelBefore: 'refuse', ownLevelBefore: null },
  })
  const codeOfLevel = (level: Ground['level'], exists = true) =>
    refuseUndo(leveled, undoingOf(leveled) as Undoing, [], { ...ground, level, exists })?.code

  test('not, if the level is the one that was set', () => equal(codeOfLevel('warn'), undefined))
  test('if the level is the one before', () => equal(codeOfLevel(null), 'event_already_undone'))
  test('if the level is a third one', () => equal(codeOfLevel('audit'), 'event_ground_changed'))
  test('if the requirement is gone', () => equal(codeOfLevel('warn', false), 'event_ground_changed'))
})
